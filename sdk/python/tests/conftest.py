from __future__ import annotations

from collections.abc import Iterator

import pytest
from service import Service


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a machine has set for the way out is not for its own loopback."""
    monkeypatch.setenv("NO_PROXY", "*")
