"""What can go wrong, as exceptions: raised only where the caller asks for that, and otherwise given to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ExosphereAlertsError(Exception):
    """What the service or the way to it had against a request, or this package against an event.

    ``code`` is a stable word, to branch on: the service's own where it gave one (``invalid``, ``reserved_type``,
    ``event_id_conflict``, …), ``http_<status>`` where an answer names none, and of this package ``buffer_full``, ``closed``,
    ``invalid_event``, ``too_large``, ``timeout``, ``unreachable``, ``unexpected_answer`` and ``redirected``.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int | None = None,
        errors: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        #: HTTP status, where there was an answer.
        self.status = status
        #: The bad fields: ``{"path": …, "message": …}``.
        self.errors = list(errors)


class WebhookVerificationError(ExosphereAlertsError):
    """A request that must not be acted on: answer ``status``, which is 401, or 400 for ``invalid_body``.

    ``code`` says why: ``missing_header``, ``malformed_header``, ``no_matching_signature``, ``timestamp_too_old``,
    ``timestamp_too_new``, ``invalid_body``.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail, status=400 if code == "invalid_body" else 401)


def closed() -> ExosphereAlertsError:
    return ExosphereAlertsError("closed", "The client is closed.")


def buffer_full() -> ExosphereAlertsError:
    return ExosphereAlertsError(
        "buffer_full", "The buffer is full: the service is away, or slower than what is emitted."
    )
