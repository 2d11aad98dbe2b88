"""How long to wait before the next try."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

#: Seconds before the second try; each further one waits twice as long…
FIRST = 0.5
#: …up to this.
LONGEST = 30.0
#: Half of a wait is left to chance, so that many processes do not come back at once.
JITTER = 0.5
#: A service that refuses us is asked this often whether it still does.
REFUSED = 60.0
#: The longest ``Retry-After`` that is kept to: a server that names a time far off may be mistaken, and the buffer is bounded.
MOST_RETRY_AFTER = 600.0


def delay(failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after so many failures in a row (1 and up); ``random`` gives 0 to 1."""
    longest = min(LONGEST, FIRST * 2.0 ** min(failures - 1, 30))
    return longest * (1 - JITTER * random())


def retry_after(header: str | None, now: float) -> float:
    """The seconds that a ``Retry-After`` asks for, as a number or a date; 0 for none that can be read.

    ``now`` is unix seconds.
    """
    if header is None:
        return 0.0
    text = header.strip()
    if text.isascii() and text.isdigit():
        asked = float(text)
    else:
        try:
            asked = parsedate_to_datetime(text).timestamp() - now
        except (TypeError, ValueError, OverflowError):
            return 0.0
    return min(max(asked, 0.0), MOST_RETRY_AFTER)
