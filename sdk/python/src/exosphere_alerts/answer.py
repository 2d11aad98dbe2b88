"""What an answer to a batch means for each of its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .entry import Entry, Outcome, Receipt
from .errors import ExosphereAlertsError

#: Besides all of 5xx, these speak of the moment: the same request may succeed later.
_LATER = frozenset({408, 425, 429})
#: These speak of the body, where it is the service that says so: a proxy has a 400 for http at its https port.
_UNFIT = frozenset({400, 409, 422})


@dataclass(frozen=True)
class Answer:
    """An answer of the service, or why there is none."""

    #: None where no answer came.
    status: int | None
    #: The body as JSON; None for anything else.
    body: Any = None
    #: Seconds.
    retry_after: float = 0.0
    #: Why no answer came.
    trouble: ExosphereAlertsError | None = None


@dataclass(frozen=True)
class Verdict:
    """``taken``: an outcome for each event, in order, None for one to be sent again. ``later``: the service is away, or busy.
    ``unfit``: these events will never do together. ``refused``: none will do, until somebody mends the URL or the key."""

    kind: Literal["taken", "later", "unfit", "refused"]
    outcomes: Sequence[Outcome | None]
    #: Why some or all of it was not taken.
    error: ExosphereAlertsError | None = None


def judge(answer: Answer, batch: Sequence[Entry]) -> Verdict:
    """Says of each event of a batch whether it is accepted, refused for good, or to be sent again."""
    status = answer.status
    none: list[Outcome | None] = [None] * len(batch)
    if status is None:
        return Verdict("later", none, answer.trouble)
    if 200 <= status < 300:
        return _of_items(answer.body, status, batch)
    if 300 <= status < 400:
        detail = "The URL redirects, and redirects are not followed: give the one that it points to."
        return Verdict("refused", none, ExosphereAlertsError("redirected", detail, status=status))
    error = _error(answer.body, status)
    if status >= 500 or status in _LATER:
        return Verdict("later", none, error)
    if status == 413 or (status in _UNFIT and not error.code.startswith("http_")):
        return Verdict("taken", [error]) if len(batch) == 1 else Verdict("unfit", none, error)
    return Verdict("refused", none, error)


def _of_items(body: object, status: int, batch: Sequence[Entry]) -> Verdict:
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) != len(batch) or not all(isinstance(item, dict) for item in items):
        # Somebody else's, such as a proxy's: nobody has said that the events are accepted.
        detail = f"HTTP {status}, but the body is none of Exosphere Alerts. Is something else at this URL?"
        return Verdict("later", [None] * len(batch), ExosphereAlertsError("unexpected_answer", detail, status=status))
    outcomes = [_of_item(item, entry) for item, entry in zip(items, batch, strict=True)]
    if None not in outcomes:
        return Verdict("taken", outcomes)
    return Verdict("taken", outcomes, ExosphereAlertsError("unavailable", "The service could not take all just now."))


def _of_item(item: dict[str, Any], entry: Entry) -> Outcome | None:
    status = item.get("status")
    if status in ("accepted", "duplicate"):
        return Receipt(entry.id, status)
    return _error(item.get("error"), 422) if status == "rejected" else None


def _error(problem: object, status: int) -> ExosphereAlertsError:
    """Of RFC 9457 problem details, or of whatever a proxy on the way says."""
    told = problem if isinstance(problem, dict) else {}
    errors = told.get("errors")
    faults = [fault for fault in errors if isinstance(fault, dict)] if isinstance(errors, list) else []
    words = [f"{fault.get('path')}: {fault.get('message')}." for fault in faults]
    detail = " ".join([str(told.get("detail") or f"HTTP {status}"), *words])
    return ExosphereAlertsError(str(told.get("code") or f"http_{status}"), detail, status=status, errors=faults)
