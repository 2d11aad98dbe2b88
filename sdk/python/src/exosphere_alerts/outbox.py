"""What waits to be sent, and when: the part of a client that does no input or output and knows no clock or thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from . import backoff
from .answer import Answer, Verdict
from .entry import Entry
from .errors import ExosphereAlertsError
from .options import Options

#: The most that a batch may hold by the API…
MAX_BATCH_EVENTS = 500
#: …and far less than the 8 MiB that it may weigh, for many a proxy lets through 1 MiB (nginx, as it comes).
MAX_BATCH_BYTES = 1_000_000


class Outbox:
    """A bounded queue. The first events are sent as a batch, stay until there is an answer, and keep their places until
    they are accepted or refused for good. Not thread-safe; times are seconds of the caller's monotonic clock."""

    def __init__(self, options: Options, random: Callable[[], float]) -> None:
        self._options = options
        self._random = random
        self._queue: deque[Entry] = deque()
        self._bytes = 0
        self._places = 0
        self._under_way = 0
        self._most = MAX_BATCH_EVENTS
        self._failures = 0
        self._backed_off_until = 0.0
        self._asked_until = 0.0
        #: That the service refuses the key, or is not at this URL.
        self.refusal: ExosphereAlertsError | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, entry: Entry) -> list[Entry]:
        """Takes an event. Returns those that had to give way: the new one itself, if no other may."""
        self._places += 1
        entry.place = self._places
        dropped: list[Entry] = []
        size = len(entry.body)
        most_events, most_bytes = self._options.max_events, self._options.max_bytes
        while len(self._queue) >= most_events or self._bytes + size > most_bytes:
            may_make_room = self._options.drop == "oldest" and size <= most_bytes
            if not may_make_room or len(self._queue) <= self._under_way:
                return [*dropped, entry]
            oldest = self._queue[self._under_way]
            del self._queue[self._under_way]
            self._bytes -= len(oldest.body)
            dropped.append(oldest)
        self._queue.append(entry)
        self._bytes += size
        return dropped

    @property
    def is_under_way(self) -> bool:
        """Whether a batch was taken and not settled yet."""
        return self._under_way > 0

    def last_place(self) -> int:
        return self._places

    def is_done(self, place: int) -> bool:
        """Whether none of the events up to this place waits any more."""
        return not self._queue or self._queue[0].place > place

    def due_in(self, now: float) -> float:
        """Seconds until the next request may be made."""
        return max(self._backed_off_until, self._asked_until, now) - now

    def hurry(self) -> None:
        """Somebody waits: the next try is made at once, unless the service has asked for more patience."""
        self._failures = 0
        self._backed_off_until = 0.0
        self.refusal = None

    def batch(self) -> list[Entry]:
        """The events that go next; they stay until they are settled."""
        batch: list[Entry] = []
        size = 0
        for entry in islice(self._queue, self._most):
            size += len(entry.body) + 1
            if batch and size > MAX_BATCH_BYTES:
                break
            batch.append(entry)
        self._under_way = len(batch)
        return batch

    def settle(self, batch: Sequence[Entry], answer: Answer, verdict: Verdict, now: float) -> float:
        """Removes what is done of the batch that was sent last. Returns in how many seconds the rest is sent again."""
        for entry in (self._queue.popleft() for _ in batch):
            self._bytes -= len(entry.body)
        rest = [entry for entry, outcome in zip(batch, verdict.outcomes, strict=True) if outcome is None]
        for entry in reversed(rest):
            self._queue.appendleft(entry)
            self._bytes += len(entry.body)
        self._under_way = 0
        self.refusal = verdict.error if verdict.kind == "refused" else None
        if verdict.kind == "unfit":
            # One of them is at fault, or there is a lower limit on the way: smaller batches find out.
            self._most = (len(batch) + 1) // 2
        elif verdict.kind == "taken":
            self._most = min(MAX_BATCH_EVENTS, self._most * 2)
        if verdict.kind == "unfit" or not rest:
            self._failures = 0
            self._backed_off_until = 0.0
        elif self.refusal is not None:
            self._backed_off_until = now + backoff.REFUSED
        else:
            self._failures = 1 if len(rest) < len(batch) else self._failures + 1
            self._backed_off_until = now + backoff.delay(self._failures, self._random)
        self._asked_until = now + answer.retry_after * (1 + self._random() / 10)
        return self.due_in(now)

    def clear(self) -> list[Entry]:
        """Gives up what waits, and gives it back."""
        rest = list(self._queue)
        self._queue.clear()
        self._bytes = 0
        return rest


def body_of(batch: Sequence[Entry]) -> bytes:
    """The request's body: each event as it was when it was emitted."""
    return b'{"events":[' + b",".join(entry.body for entry in batch) + b"]}"
