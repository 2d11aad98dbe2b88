"""Makes of an event what is sent of it: with an id and a time, as bytes."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone

from .errors import ExosphereAlertsError

#: The service's bound for one event.
MAX_EVENT_BYTES = 256 * 1024


@dataclass(frozen=True)
class Receipt:
    """The service has the event: ``accepted``, or ``duplicate`` where it was recorded before."""

    id: str
    status: str


Outcome = Receipt | ExosphereAlertsError


@dataclass(eq=False)
class Entry:
    """An event that waits to be sent."""

    id: str
    body: bytes
    event: Mapping[str, object]
    #: Told once what became of it.
    on_outcome: Callable[[Outcome], None] | None = None
    #: Its turn among all events of a client; given by the outbox.
    place: int = 0


def make_entry(event: Mapping[str, object], event_id: str, source: str | None) -> Entry:
    """Makes the entry of an event, in the short form or as CloudEvents JSON.

    Its time is that of the call where it has none, for it may wait.

    Raises:
        ExosphereAlertsError: ``invalid_event`` for what is no JSON, ``too_large`` over 256 KiB.
    """
    if not isinstance(event, Mapping):
        raise ExosphereAlertsError(
            "invalid_event", f"An event is a mapping such as a dict, not {type(event).__name__}."
        )
    try:
        body = json.dumps(
            _whole(event, event_id, source),
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
            default=_as_json,
        ).encode()
    except Exception as error:
        # Whatever a value or a mapping of the caller's raises, among them: it is not to reach the caller's path.
        raise ExosphereAlertsError("invalid_event", f"The event cannot be made JSON of: {error}") from error
    if len(body) > MAX_EVENT_BYTES:
        detail = (
            f"The event has {len(body)} bytes; {MAX_EVENT_BYTES} are the most. Send less: a link to the rest, for one."
        )
        raise ExosphereAlertsError("too_large", detail)
    return Entry(event_id, body, event)


def _whole(event: Mapping[str, object], event_id: str, source: str | None) -> dict[str, object]:
    whole: dict[str, object] = {**event, "id": event_id}
    if source is not None:
        whole.setdefault("source", source)
    if "specversion" in whole:
        whole.setdefault("time", _now())
    else:
        whole.setdefault("data", {})
        whole.setdefault("occurred_at", _now())
    return whole


def id_of(event: object) -> str:
    """The id that an event is given, or one that is made, here and once: however often it is sent, it is the same."""
    try:
        given = event.get("id") if isinstance(event, Mapping) else None
        return new_event_id() if given is None else str(given)
    except Exception:
        # A mapping that cannot be read is told of by `make_entry`.
        return new_event_id()


def new_event_id() -> str:
    """A UUID of version 7 (RFC 9562): ids sort by the time at which they were made."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    version_and_variant = 0xF << 76 | 0b11 << 62
    return str(uuid.UUID(int=number & ~version_and_variant | 7 << 76 | 0b10 << 62))


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return _rfc3339(value)
    if isinstance(value, (date, uuid.UUID)):
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} has no JSON; give its text or number")


def _now() -> str:
    return _rfc3339(datetime.now(timezone.utc))


def _rfc3339(moment: datetime) -> str:
    """A time without a zone is local time, as everywhere in Python."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
