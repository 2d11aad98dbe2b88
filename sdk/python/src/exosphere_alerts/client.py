"""The client for programs with threads."""

from __future__ import annotations

import atexit
import math
import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from . import http
from .answer import Answer, judge
from .entry import Entry, Outcome, Receipt, id_of, make_entry
from .errors import ExosphereAlertsError, buffer_full, closed
from .options import ClientOptions, Options, batch_url, headers_of
from .outbox import Outbox, body_of
from .report import Reporter

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Seconds that ``close`` waits for the thread when it has nothing left to do: only a hook can take that long.
THREAD_END = 2.0


class ExosphereAlerts:
    """Sends events from a thread of its own: ``emit`` only puts them into a bounded buffer.

    Make one for a process and keep it. What cannot be sent now is tried again, with growing waits, for as long as the
    process lives; at its end ``close`` is called by itself and waits ``close_timeout`` seconds at most.
    """

    def __init__(self, url: str, api_key: str, **options: Unpack[ClientOptions]) -> None:
        """Takes the base URL of the service, a key with the scope ``events:write``, and the fields of ``Options``.

        Raises:
            ValueError, TypeError: for settings that cannot be.
        """
        self._url = batch_url(url)
        self._headers = headers_of(api_key)
        self._options = Options(**options)
        self._report = Reporter(self._options)
        self._is_closing = False
        self._begin()
        _clients.add(self)

    def _begin(self) -> None:
        """The state of a client that nothing was emitted with; also in the child of a fork."""
        self._changed = threading.Condition()
        self._outbox = Outbox(self._options, random.random)
        # Made when it is first needed: that takes some milliseconds.
        self._http: httpx.Client | None = None
        self._thread: threading.Thread | None = None
        #: Whether somebody who flushes sends by themselves, for want of a thread.
        self._is_sent_here = False
        self._has_ended = False
        self._is_closed_well = True

    def emit(self, event: Mapping[str, object], *, raise_on_error: bool | None = None) -> str:
        """Has an event sent, and returns at once.

        Args:
            event: the short form ``{"type": …, "data": {…}}`` with ``id``, ``source``, ``subject`` and ``occurred_at`` if
                you like, or CloudEvents JSON. It is read now: what is changed later is not sent. Times may be datetimes.
            raise_on_error: in place of the client's setting.

        Returns:
            Its id: the given one, or one that was made.

        Raises:
            ExosphereAlertsError: only with ``raise_on_error``; otherwise ``on_error`` and ``on_drop`` are told.
        """
        event_id = id_of(event)
        raises = self._options.raise_on_error if raise_on_error is None else raise_on_error
        try:
            self._take(event, event_id)
        except ExosphereAlertsError:
            if raises:
                raise
        return event_id

    def emit_many(self, events: Iterable[Mapping[str, object]], *, raise_on_error: bool | None = None) -> list[str]:
        """``emit`` for each of them, in order. Returns their ids."""
        return [self.emit(event, raise_on_error=raise_on_error) for event in events]

    def send(self, event: Mapping[str, object], *, timeout: float = 30.0) -> Receipt:
        """Emits an event and waits until the service has it.

        Raises:
            ExosphereAlertsError: it was refused or dropped; ``timeout`` where neither is known yet, or the refusal of a wrong
                key or URL, at once: then it is still tried.
        """
        outcomes: list[Outcome] = []
        entry = self._take(event, id_of(event), outcomes.append)
        self._wait_for(entry.place, timeout)
        if not outcomes:
            if (refusal := self._outbox.refusal) is not None:
                raise refusal.with_traceback(None)
            raise ExosphereAlertsError("timeout", f"Not taken by the service within {timeout:g} s; it is still tried.")
        if isinstance(outcomes[0], ExosphereAlertsError):
            raise outcomes[0]
        return outcomes[0]

    def flush(self, timeout: float | None = 30.0) -> bool:
        """Waits until all that was emitted before is accepted or refused; None waits for ever.

        Returns:
            Whether it is; False after ``timeout`` seconds, or if the service refuses the key or the URL is wrong: what is
            left is still tried.
        """
        with self._changed:
            self._outbox.hurry()
            self._changed.notify_all()
            place = self._outbox.last_place()
        return self._wait_for(place, timeout)

    def close(self, timeout: float | None = None) -> bool:
        """Sends what waits, for ``timeout`` seconds at most (``close_timeout`` if not given), and ends the thread.

        Returns:
            Whether all was sent. ``on_drop`` is told of each event that was not, with the code ``closed``.
        """
        with self._changed:
            if self._has_ended:
                return self._is_closed_well
            self._is_closing = True
        is_done = self.flush(self._options.close_timeout if timeout is None else timeout)
        with self._changed:
            if not self._has_ended:
                self._has_ended = True
                self._is_closed_well = is_done
            is_under_way = self._outbox.is_under_way
            rest = self._outbox.clear()
            self._changed.notify_all()
            thread = self._thread
        # A thread that still runs while the interpreter goes down may crash it; one that waits for an answer sleeps then.
        if thread is not None and thread is not threading.current_thread() and not is_under_way:
            thread.join(THREAD_END)
        for entry in rest:
            self._report.outcome(entry, closed())
        return self._is_closed_well

    def __enter__(self) -> ExosphereAlerts:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _take(
        self, event: Mapping[str, object], event_id: str, on_outcome: Callable[[Outcome], None] | None = None
    ) -> Entry:
        """Puts an event into the outbox, and tells of what is lost by that. Raises where it is this one."""
        try:
            entry = make_entry(event, event_id, self._options.source)
            entry.on_outcome = on_outcome
            dropped = self._put(entry)
        except ExosphereAlertsError as error:
            self._report.lost(event, event_id, error)
            raise
        for lost in dropped:
            self._report.outcome(lost, buffer_full())
        if entry in dropped:
            raise buffer_full()
        return entry

    @property
    def pending(self) -> int:
        """How many events wait for the service, those of the request under way among them."""
        return len(self._outbox)

    def _put(self, entry: Entry) -> list[Entry]:
        with self._changed:
            if self._is_closing:
                raise closed()
            dropped = self._outbox.put(entry)
            # While more waits already, the thread needs no call: it is sending, or knows when it will.
            if len(self._outbox) == 1:
                self._changed.notify_all()
            self._start()
        return dropped

    def _start(self) -> None:
        if self._is_sent_here or (self._thread is not None and self._thread.is_alive()):
            return
        thread = threading.Thread(target=self._run, name="exosphere-alerts", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # The interpreter is going down and starts none: whoever flushes sends by themselves.
            return
        self._thread = thread

    def _wait_for(self, place: int, timeout: float | None) -> bool:
        # No lock waits longer than that, and none as long as NaN.
        until = None if timeout is None else time.monotonic() + min(max(0.0, timeout), threading.TIMEOUT_MAX / 2)
        if threading.current_thread() is self._thread:
            # A hook that waits for the very thread that it is called in would do so in vain, or for ever.
            return self._outbox.is_done(place)
        with self._changed:
            # One sender at a time: two would settle the same batch.
            is_sent_here = not self._outbox.is_done(place) and self._thread is None and not self._is_sent_here
            self._is_sent_here |= is_sent_here
        if is_sent_here:
            try:
                self._run(math.inf if until is None else until)
            finally:
                self._is_sent_here = False
        with self._changed:
            left = None if until is None else until - time.monotonic()
            self._changed.wait_for(
                lambda: self._outbox.is_done(place) or self._outbox.refusal is not None or self._has_ended, left
            )
            # What was given up by ``close`` does not wait any more either, but it was not sent.
            return self._outbox.is_done(place) and self._is_closed_well

    def _run(self, until: float | None = None) -> None:
        """Sends batch after batch: the thread's work. With a time of the monotonic clock only until then, or all is sent."""
        while batch := self._next(until):
            answer = self._post(batch, until)
            verdict = judge(answer, batch)
            if self._has_ended:
                # What was under way at the end has been told as lost already.
                break
            # Before anybody who waits for the outbox goes on.
            self._report.outcomes(batch, verdict)
            with self._changed:
                retry_in = 0.0 if self._has_ended else self._outbox.settle(batch, answer, verdict, time.monotonic())
                self._changed.notify_all()
            self._report.failed(verdict, retry_in)
        if self._has_ended and self._http is not None:
            self._http.close()

    def _next(self, until: float | None) -> list[Entry]:
        """Waits for the next batch; empty where none will come."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._has_ended or (until is not None and (now >= until or not self._outbox)):
                    return []
                due_in = self._outbox.due_in(now) if self._outbox else None
                if due_in is not None and due_in <= 0:
                    return self._outbox.batch()
                self._changed.wait(due_in if until is None else min(until - now, due_in or 0))

    def _post(self, batch: list[Entry], until: float | None) -> Answer:
        timeout = self._options.request_timeout
        if until is not None:
            timeout = min(timeout, until - time.monotonic())
        try:
            if self._http is None:
                self._http = httpx.Client(headers=self._headers)
            return http.read(self._http.post(self._url, content=body_of(batch), timeout=max(timeout, 0.1)))
        except Exception as error:
            return http.no_answer(self._url, error)


_clients: weakref.WeakSet[ExosphereAlerts] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for client in list(_clients):
        client.close()


def _begin_all_anew() -> None:
    """A child has none of its parent's threads, must not use its connections, and what waits there is the parent's to send."""
    for client in list(_clients):
        client._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all_anew)
