from __future__ import annotations

import time
import uuid
from dataclasses import fields
from email.utils import formatdate

import pytest

from exosphere_alerts import backoff
from exosphere_alerts.entry import new_event_id
from exosphere_alerts.options import ClientOptions, Options


def test_waits_grow_to_half_a_minute_with_half_left_to_chance() -> None:
    assert [backoff.delay(failures, lambda: 0.0) for failures in (1, 2, 3, 7, 8, 5000)] == [0.5, 1, 2, 30, 30, 30]
    assert backoff.delay(1, lambda: 1.0) == 0.25


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("7", 7),
        (" 0 ", 0),
        ("99999", 600),
        ("-1", 0),
        ("1.5", 0),
        ("soon", 0),
        (formatdate(1060, usegmt=True), 60),
    ],
)
def test_retry_after(header: str | None, seconds: float) -> None:
    assert backoff.retry_after(header, now=1000) == seconds


def test_ids_are_uuids_of_version_7() -> None:
    first = new_event_id()
    time.sleep(0.002)
    second = new_event_id()
    assert first < second
    assert uuid.UUID(second).version == 7
    assert uuid.UUID(second).variant == uuid.RFC_4122


def test_the_keyword_arguments_are_the_options() -> None:
    assert set(ClientOptions.__annotations__) == {field.name for field in fields(Options)}
