"""What README.md shows is true: its code runs, and its table has the options with their defaults."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from service import PATIENCE, Service

from exosphere_alerts.options import Options

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python run\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_its_code_runs(service: Service, block: str) -> None:
    env = {**os.environ, "NO_PROXY": "*", "ALERTS": service.url, "KEY": "key"}
    ended = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=2 * PATIENCE, env=env)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(service.accepted) == 1


def test_its_table_has_all_options() -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    for field in fields(Options):
        assert any(f"`{field.name}" in row for row in rows), field.name
        if isinstance(field.default, (str, float)):
            assert re.search(rf'\| `{field.name}` \| `"?{field.default}"?` \|', README), field.name
