"""One request, over httpx: whatever happens to it is an Answer."""

from __future__ import annotations

import time

import httpx

from . import backoff
from .answer import Answer
from .errors import ExosphereAlertsError


def read(response: httpx.Response) -> Answer:
    """What the service has answered."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return Answer(
        status=response.status_code,
        body=body,
        retry_after=backoff.retry_after(response.headers.get("retry-after"), time.time()),
    )


def no_answer(url: str, error: Exception) -> Answer:
    """That nothing was answered. The events may have arrived all the same: their ids see to it that they count once."""
    if isinstance(error, httpx.TimeoutException):
        trouble = ExosphereAlertsError("timeout", f"{url} did not answer in time.")
    else:
        trouble = ExosphereAlertsError("unreachable", f"{url} cannot be reached: {error or type(error).__name__}.")
    return Answer(status=None, trouble=trouble)
