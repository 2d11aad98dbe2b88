"""Tells of what goes wrong, without ever being what goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from .answer import Verdict
from .entry import Entry, Outcome
from .errors import ExosphereAlertsError
from .options import ErrorContext, Options

log = logging.getLogger("exosphere_alerts")


class Reporter:
    """Calls the hooks that a client was given; what nobody is told of is a warning in the log."""

    def __init__(self, options: Options) -> None:
        self._on_error = _warn if options.on_error is None else options.on_error
        self._on_drop = options.on_drop
        self._is_full_told = False
        self._is_refusal_told = False

    def lost(self, event: object, event_id: str, error: ExosphereAlertsError) -> None:
        """An event will not be sent, or was refused."""
        if self._on_drop is not None:
            _call(self._on_drop, event, error)
        if error.code == "buffer_full":
            # It loses an event with each that is emitted: a line for each would be the next trouble.
            if self._is_full_told:
                return
            self._is_full_told = True
        _call(self._on_error, error, ErrorContext(event=event, event_id=event_id))

    def outcomes(self, batch: Sequence[Entry], verdict: Verdict) -> None:
        """Tells what became of the events of a batch, whoever wants to know."""
        for entry, outcome in zip(batch, verdict.outcomes, strict=True):
            if outcome is not None:
                self.outcome(entry, outcome)

    def outcome(self, entry: Entry, outcome: Outcome) -> None:
        if entry.on_outcome is not None:
            entry.on_outcome(outcome)
        if isinstance(outcome, ExosphereAlertsError):
            self.lost(entry.event, entry.id, outcome)
        else:
            self._is_full_told = False

    def failed(self, verdict: Verdict, retry_in: float) -> None:
        """A request failed, and is made again: each time, but of a refusal once."""
        is_news = verdict.kind != "refused" or not self._is_refusal_told
        self._is_refusal_told = verdict.kind == "refused"
        if verdict.error is not None and verdict.kind != "unfit" and is_news:
            _call(self._on_error, verdict.error, ErrorContext(retry_in=retry_in))


def _warn(error: ExosphereAlertsError, context: ErrorContext) -> None:
    if context.retry_in is not None:
        log.warning("%s (retry in %.0f s)", error, context.retry_in)
    else:
        kind = context.event.get("type") if isinstance(context.event, Mapping) else None
        log.warning("%s (lost: %s %s)", error, kind, context.event_id)


def _call(hook: Callable[..., object], *arguments: object) -> None:
    try:
        hook(*arguments)
    except Exception:
        log.exception("A hook that was given to Exosphere Alerts has failed.")
