"""What an endpoint of kind ``http`` gets: CloudEvents 1.0 in JSON."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class AlertDetails(TypedDict):
    id: str
    status: Literal["notify", "firing", "resolved"]
    severity: Literal["critical", "error", "warning", "info"]
    #: The same for all messages about one thing: firing and resolved meet by it.
    dedup_key: str
    summary: str
    started_at: str
    resolved_at: str | None
    value: float | None
    threshold: float | None
    suppressed_since_last: int


class RuleDetails(TypedDict):
    id: str
    name: str
    revision: int


class CausingEvent(TypedDict):
    """The event that caused it; ``webhook.ping`` for a test-send."""

    id: str
    type: str
    time: str
    data: dict[str, Any]


class AlertData(TypedDict):
    alert: AlertDetails
    rule: RuleDetails
    event: CausingEvent
    links: dict[str, str]


class _Optional(TypedDict, total=False):
    #: Of the event that caused it, where that has one.
    subject: str


class WebhookEvent(_Optional):
    specversion: Literal["1.0"]
    #: The delivery's id, the same on every attempt (``webhook-id``): do once what you do for it.
    id: str
    type: str
    source: str
    time: str
    datacontenttype: str
    dataschema: str
    data: AlertData
