"""The client for programs on asyncio."""

from __future__ import annotations

import asyncio
import atexit
import random
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
from .report import Reporter, log

if TYPE_CHECKING:
    from typing_extensions import Unpack


class AsyncExosphereAlerts:
    """As ``ExosphereAlerts``, with a task of the running loop in place of the thread.

    ``emit`` is no coroutine, since it does not wait; it is for the loop's own thread. Nothing can be sent once the loop has
    ended: use it by ``async with``, or ``await close()``.
    """

    def __init__(self, url: str, api_key: str, **options: Unpack[ClientOptions]) -> None:
        """Takes what ``ExosphereAlerts`` takes."""
        self._url = batch_url(url)
        self._headers = headers_of(api_key)
        self._options = Options(**options)
        self._report = Reporter(self._options)
        self._outbox = Outbox(self._options, random.random)
        self._http: httpx.AsyncClient | None = None
        self._task: asyncio.Task[None] | None = None
        self._work = asyncio.Event()
        self._waiting: set[asyncio.Event] = set()
        self._is_closing = False
        self._is_closed_well = True
        _clients.add(self)

    def emit(self, event: Mapping[str, object], *, raise_on_error: bool | None = None) -> str:
        """Has an event sent, and returns its id at once: see ``ExosphereAlerts.emit``."""
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

    async def send(self, event: Mapping[str, object], *, timeout: float = 30.0) -> Receipt:
        """Emits an event and waits until the service has it. Raises ExosphereAlertsError as ``ExosphereAlerts.send``."""
        outcomes: list[Outcome] = []
        entry = self._take(event, id_of(event), outcomes.append)
        self._start()
        await self._wait_for(entry.place, timeout)
        if not outcomes:
            if (refusal := self._outbox.refusal) is not None:
                raise refusal.with_traceback(None)
            raise ExosphereAlertsError("timeout", f"Not taken by the service within {timeout:g} s; it is still tried.")
        if isinstance(outcomes[0], ExosphereAlertsError):
            raise outcomes[0]
        return outcomes[0]

    async def flush(self, timeout: float | None = 30.0) -> bool:
        """Waits until all that was emitted before is accepted or refused. Returns whether it is, after ``timeout`` seconds."""
        self._hurry()
        return await self._wait_for(self._outbox.last_place(), timeout)

    async def close(self, timeout: float | None = None) -> bool:
        """Sends what waits, for ``timeout`` seconds at most (``close_timeout`` if not given), and ends the task.

        Returns:
            Whether all was sent. ``on_drop`` is told of each event that was not, with the code ``closed``.
        """
        self._is_closing = True
        is_done = await self.flush(self._options.close_timeout if timeout is None else timeout)
        if self._task is not None and self._is_at_work():
            self._task.cancel()
            await asyncio.wait([self._task])
        rest = self._outbox.clear()
        self._is_closed_well = self._is_closed_well and not rest
        for entry in rest:
            self._report.outcome(entry, closed())
        self._tell_waiting()
        return is_done and self._is_closed_well

    async def __aenter__(self) -> AsyncExosphereAlerts:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

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
        if self._is_closing:
            raise closed()
        dropped = self._outbox.put(entry)
        self._wake()
        return dropped

    def _start(self) -> None:
        if self._is_at_work():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # Emitted before the loop runs: it waits for the next call from there.
            return
        # What another loop has used is of no use in this one.
        self._work = asyncio.Event()
        if self._task is not None and not self._task.done():
            self._http = None
        self._task = loop.create_task(self._run(), name="exosphere-alerts")

    def _is_at_work(self) -> bool:
        """A task whose loop was closed without ending it is never done, and does no more."""
        return self._task is not None and not self._task.done() and not self._task.get_loop().is_closed()

    def _wake(self) -> None:
        if self._is_at_work():
            self._work.set()
        else:
            self._start()

    def _hurry(self) -> None:
        self._outbox.hurry()
        if self._outbox:
            self._wake()

    async def _wait_for(self, place: int, timeout: float | None) -> bool:
        progress = asyncio.Event()
        self._waiting.add(progress)
        until = None if timeout is None else time.monotonic() + timeout
        try:
            while not self._outbox.is_done(place) and not self._outbox.refusal:
                progress.clear()
                await asyncio.wait_for(progress.wait(), None if until is None else max(0.0, until - time.monotonic()))
        except asyncio.TimeoutError:
            pass
        finally:
            self._waiting.discard(progress)
        # What was given up by ``close`` does not wait any more either, but it was not sent.
        return self._outbox.is_done(place) and self._is_closed_well

    def _tell_waiting(self) -> None:
        for progress in self._waiting:
            progress.set()

    async def _run(self) -> None:
        """Sends batch after batch, until it is cancelled."""
        try:
            while True:
                await self._until_due()
                batch = self._outbox.batch()
                answer = await self._post(batch)
                verdict = judge(answer, batch)
                # Before anybody who waits for the outbox goes on.
                self._report.outcomes(batch, verdict)
                self._report.failed(verdict, self._outbox.settle(batch, answer, verdict, time.monotonic()))
                self._tell_waiting()
        finally:
            # In the loop that has used it.
            used, self._http = self._http, None
            if used is not None:
                await used.aclose()

    async def _until_due(self) -> None:
        while True:
            self._work.clear()
            due_in = self._outbox.due_in(time.monotonic()) if self._outbox else None
            if due_in is not None and due_in <= 0:
                return
            try:
                await asyncio.wait_for(self._work.wait(), due_in)
            except asyncio.TimeoutError:
                continue

    async def _post(self, batch: list[Entry]) -> Answer:
        try:
            if self._http is None:
                self._http = httpx.AsyncClient(headers=self._headers, timeout=self._options.request_timeout)
            return http.read(await self._http.post(self._url, content=body_of(batch)))
        except Exception as error:
            return http.no_answer(self._url, error)


_clients: weakref.WeakSet[AsyncExosphereAlerts] = weakref.WeakSet()


@atexit.register
def _tell_of_unsent() -> None:
    for client in list(_clients):
        if client._outbox:
            log.warning("%d events were not sent: the loop ended before close() was awaited.", len(client._outbox))
