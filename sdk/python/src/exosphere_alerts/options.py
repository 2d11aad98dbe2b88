"""The settings of a client, checked where it is made: the one place that raises without being asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from .errors import ExosphereAlertsError

VERSION = "0.1.0"


@dataclass(frozen=True)
class ErrorContext:
    """What an error is about."""

    #: The lost event, as it was given to ``emit``; None where nothing is lost (yet).
    event: object = None
    event_id: str | None = None
    #: When the request is made again, in seconds from now.
    retry_in: float | None = None


OnError = Callable[[ExosphereAlertsError, ErrorContext], None]
OnDrop = Callable[[object, ExosphereAlertsError], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What both clients take besides ``url`` and ``api_key``; times are in seconds."""

    #: Of events that name none; the service's own default is ``/namespaces/<namespace of the key>``.
    source: str | None = None
    #: Bounds of what waits in memory while the service is away: in events, and in bytes of them as JSON.
    max_events: int = 10_000
    max_bytes: int = 16 * 1024 * 1024
    #: Which event gives way when there is no room: what happens now matters more to who is alerted.
    drop: Literal["oldest", "newest"] = "oldest"
    #: For connecting, for sending, and for each wait for the answer.
    request_timeout: float = 10.0
    #: How long ``close`` waits for what is buffered if not told otherwise, also at the end of the process.
    close_timeout: float = 5.0
    #: Whether ``emit`` raises for an event that it cannot take (not JSON, too large, no room, closed).
    raise_on_error: bool = False
    #: Told of whatever goes wrong: each request that will be tried again, once a refusal (a wrong key or URL), each lost
    #: event, and a full buffer once until there is room. Without it there is a warning in the log ``exosphere_alerts``.
    on_error: OnError | None = None
    #: Told of each event that is lost, with the reason: the place for keeping it elsewhere.
    on_drop: OnDrop | None = None

    def __post_init__(self) -> None:
        for name in ("max_events", "max_bytes"):
            if not getattr(self, name) >= 1:
                raise ValueError(f"{name} must be at least 1")
        if self.drop not in ("oldest", "newest"):
            raise ValueError("drop must be 'oldest' or 'newest'")
        # Written so that NaN, which compares with nothing, is none of them.
        if not 0 < self.request_timeout <= threading.TIMEOUT_MAX:
            raise ValueError("request_timeout must be more than 0 seconds, and not endless")
        if not self.close_timeout >= 0:
            raise ValueError("close_timeout must be 0 seconds or more")


class ClientOptions(TypedDict, total=False):
    """``Options`` as keyword arguments."""

    source: str | None
    max_events: int
    max_bytes: int
    drop: Literal["oldest", "newest"]
    request_timeout: float
    close_timeout: float
    raise_on_error: bool
    on_error: OnError | None
    on_drop: OnDrop | None


def batch_url(url: str) -> str:
    """The address that batches are posted to. Raises ValueError for what is no base URL of a service."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")) or not _is_base(url):
        raise ValueError("url must be where the service is, such as https://alerts.example.com")
    if "@" in url.split("/")[2]:
        raise ValueError("url must have no user name or password: give an api_key")
    return url.rstrip("/") + "/v1/events/batch"


def _is_base(url: str) -> bool:
    """A path may be added to it: else each request would fail, and look as if the service were away."""
    try:
        parts = urlsplit(url)
        # Reading the port raises for what is none.
        is_somewhere = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_somewhere and url.isprintable() and not any(mark in url for mark in " ?#")


def headers_of(api_key: str) -> dict[str, str]:
    """Of every request. Raises ValueError for what can be no key; it is never quoted."""
    if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise ValueError("api_key must be a key of the service, with the scope events:write")
    return {
        "authorization": f"Bearer {api_key}",
        "content-type": "application/json",
        "user-agent": f"exosphere-alerts-python/{VERSION}",
    }
