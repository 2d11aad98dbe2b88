"""Verifies that a request is an alert of Exosphere Alerts: signed with a secret that you share, and lately."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import cast

from .errors import WebhookVerificationError
from .signed import Headers, read_signed
from .webhook_event import WebhookEvent

#: Seconds that a request's time may be off, in both directions.
TOLERANCE = 300
_PREFIX = "whsec_"


def verify(
    raw_body: str | bytes,
    headers: Headers,
    secret: str | Sequence[str],
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> WebhookEvent:
    """Makes sure that a request comes from the service, unchanged and lately, and reads it.

    Args:
        raw_body: the very bytes that arrived: what was parsed and written again is not what was signed.
        headers: as the framework has them: a mapping in any case of letters, or pairs.
        secret: of the endpoint (``whsec_…``); several while one is being replaced.
        tolerance: seconds that its time may be off.
        now: unix seconds; the clock if not given.

    Returns:
        The event. Its ``id`` is the delivery's, the same on every attempt: do once what you do for it.

    Raises:
        WebhookVerificationError: do not act on the request, and answer its ``status``.
        ValueError: for a secret that can be none.
        TypeError: for a body that was parsed already.
    """
    if not isinstance(raw_body, (str, bytes, bytearray, memoryview)):
        raise TypeError(
            f"verify needs the raw body, as text or bytes, not {type(raw_body).__name__}: that is what was signed"
        )
    body = raw_body.encode("utf-8", "surrogatepass") if isinstance(raw_body, str) else bytes(raw_body)
    keys = [_keys(text) for text in ([secret] if isinstance(secret, (str, bytes)) else secret or [])]
    if not keys:
        raise ValueError("verify needs the secret of the endpoint")
    signed = read_signed(headers)
    content = signed.prefix + body
    expected = [hmac.new(key[signed.scheme], content, hashlib.sha256).digest() for key in keys]
    # No early end: the time taken says nothing of which secret it was.
    matches = [hmac.compare_digest(signature, right) for signature in signed.signatures for right in expected]
    if not any(matches):
        detail = "No signature matches: another secret, or the body is not as it was sent."
        raise WebhookVerificationError("no_matching_signature", detail)
    # Only now can the time be believed.
    _require_fresh((time.time() if now is None else now) - signed.timestamp, tolerance)
    return _event_in(body)


def _require_fresh(age: float, tolerance: float) -> None:
    if abs(age) <= tolerance:
        return
    distance = f"{abs(age):.0f} s {'ago' if age > 0 else 'ahead'}"
    detail = f"It was signed {distance}, and {tolerance:g} s are allowed. Is this machine's clock right?"
    raise WebhookVerificationError("timestamp_too_old" if age > 0 else "timestamp_too_new", detail)


def _event_in(body: bytes) -> WebhookEvent:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise WebhookVerificationError("invalid_body", "The body is signed, but it is no JSON object.")
    return cast(WebhookEvent, event)


def _keys(secret: str) -> dict[str, bytes]:
    """Standard Webhooks signs with the bytes that the secret holds, ``X-Exosphere-Signature`` with its text as shown."""
    try:
        is_one = isinstance(secret, str) and secret.startswith(_PREFIX)
        key = base64.b64decode(secret[len(_PREFIX) :], validate=True) if is_one else b""
    except (ValueError, binascii.Error):
        key = b""
    if not key:
        raise ValueError("The secret must be the endpoint's as shown when it was made: whsec_ and base64")
    return {"standard": key, "exosphere": secret.encode()}
