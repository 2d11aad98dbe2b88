"""The form of events, for type checkers: any mapping is taken, and the service has the last word on what is valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypedDict

#: The types that the platform's own events have; any other of ``[A-Za-z0-9._-]{1,200}``, such as ``custom.<name>``, will do.
EventType = Literal[
    "workflow.started",
    "workflow.succeeded",
    "workflow.failed",
    "workflow.cancelled",
    "workflow.timed_out",
    "workflow.recovered",
    "state.errored",
    "state.retry_scheduled",
    "graph.invalid",
    "trigger.failed",
]


class EventError(TypedDict, total=False):
    """Why a run or a state failed."""

    type: str
    message: str
    state_id: str
    node_name: str


class RunData(TypedDict, total=False):
    """The keys of ``data`` that conditions and messages know; further ones are kept and sent on."""

    namespace: str
    graph_name: str
    run_id: str
    run_epoch: int
    status: str
    started_at: str | datetime
    duration_ms: int
    error: EventError
    labels: Mapping[str, Any]
    counts: Mapping[str, Any]
    links: Mapping[str, Any]


class _Common(TypedDict, total=False):
    id: str
    source: str
    subject: str
    occurred_at: str | datetime


class RunEvent(_Common):
    """A built-in event in the short form."""

    type: EventType
    data: RunData


class Event(_Common):
    """Any event in the short form."""

    type: str
    data: Mapping[str, Any]
