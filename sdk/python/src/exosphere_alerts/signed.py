"""Reads the headers that a signature is in."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .errors import WebhookVerificationError

Headers = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]


@dataclass(frozen=True)
class Signed:
    """What is signed, when, and by what."""

    scheme: Literal["standard", "exosphere"]
    #: What stands before the body in the signed text.
    prefix: bytes
    #: Unix seconds.
    timestamp: int
    #: Of version 1; others may be there for other verifiers.
    signatures: list[bytes]


def read_signed(headers: Headers) -> Signed:
    """Standard Webhooks' ``webhook-signature`` where it is there, else ``X-Exosphere-Signature``.

    Either is enough, for each covers time and body with the same secret; one is chosen, and a bad one is not made good by
    the other: that one does not cover ``webhook-id``.

    Raises:
        WebhookVerificationError: ``missing_header``, ``malformed_header``.
    """
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if standard := _find(pairs, "webhook-signature"):
        return _standard(pairs, " ".join(standard))
    if own := _find(pairs, "x-exosphere-signature"):
        return _exosphere(",".join(own))
    detail = "The request has neither webhook-signature nor X-Exosphere-Signature."
    raise WebhookVerificationError("missing_header", detail)


Pairs = list[tuple[str, str]] | list[tuple[str | bytes, str | bytes]]


def _standard(pairs: Pairs, signature: str) -> Signed:
    message_id = _the_one(pairs, "webhook-id")
    timestamp = _the_one(pairs, "webhook-timestamp")
    # No pattern for commas and blanks: anybody can send many, and its time would grow with their square.
    words = [word.strip(",") for word in signature.split()]
    parts = [word for word in words if word.startswith("v1,")]
    return Signed(
        "standard",
        # Some servers keep bytes that are no text as surrogates.
        f"{message_id}.{timestamp}.".encode("utf-8", "surrogatepass"),
        _seconds(timestamp, "webhook-timestamp"),
        [decoded for part in parts if (decoded := _from_base64(part.removeprefix("v1,")))],
    )


def _exosphere(text: str) -> Signed:
    fields = [field.strip().partition("=") for field in text.split(",")]
    timestamps = [value for name, _, value in fields if name == "t"]
    if len(timestamps) != 1:
        raise WebhookVerificationError("malformed_header", "X-Exosphere-Signature must have one t=.")
    seconds = _seconds(timestamps[0], "X-Exosphere-Signature")
    given = [value for name, _, value in fields if name == "v1" and re.fullmatch(r"([0-9a-fA-F]{2})+", value)]
    return Signed("exosphere", f"{timestamps[0]}.".encode(), seconds, [bytes.fromhex(value) for value in given])


def _seconds(text: str, header: str) -> int:
    if re.fullmatch(r"[0-9]{1,15}", text):
        return int(text)
    raise WebhookVerificationError("malformed_header", f"{header} has no time in unix seconds.")


def _the_one(pairs: Pairs, name: str) -> str:
    """Two ids or times would leave open which of them was signed."""
    values = _find(pairs, name)
    if len(values) == 1 and values[0]:
        return values[0]
    raise WebhookVerificationError("missing_header", f"webhook-signature needs {name} beside it, once.")


def _find(pairs: Pairs, name: str) -> list[str]:
    return [_text(value) for key, value in pairs if _text(key).lower() == name]


def _text(text: str | bytes) -> str:
    return text.decode("latin-1") if isinstance(text, bytes) else str(text)


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
