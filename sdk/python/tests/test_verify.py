from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from exosphere_alerts import WebhookVerificationError, verify

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "integration-tests" / "data" / "signature-vectors.json").read_text(encoding="utf-8")
)
ROTATION = VECTORS["rotation"]
NEW, OLD = ROTATION["secrets_newest_first"]
OTHER = "whsec_" + base64.b64encode(b"another secret, of enough bytes!").decode()


def headers_of(vector: dict[str, Any]) -> dict[str, str]:
    return {
        "Webhook-Id": vector["id"],
        "Webhook-Timestamp": str(vector["timestamp"]),
        "Webhook-Signature": vector["signature"],
    }


def rotation_headers(form: str) -> dict[str, str]:
    if form == "own":
        return {"X-Exosphere-Signature": ROTATION["x_exosphere_signature"]}
    return headers_of({**ROTATION, "signature": ROTATION["webhook_signature"]})


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_known_good_signatures_in_both_forms(vector: dict[str, Any]) -> None:
    own = {"x-exosphere-signature": vector["x_exosphere_signature"]}
    for headers in (headers_of(vector), own):

        def outcome(body: str | bytes, secret: str, headers: dict[str, str] = headers) -> object:
            try:
                return verify(body, headers, secret, now=vector["timestamp"])
            except WebhookVerificationError as refused:
                return (refused.code, refused.status)

        right = json.loads(vector["payload"]) if vector["payload"] else ("invalid_body", 400)
        assert outcome(vector["payload"].encode(), vector["secret"]) == right
        assert outcome(vector["payload"], vector["secret"]) == right
        assert outcome(vector["payload"] + " ", vector["secret"]) == ("no_matching_signature", 401)
        assert outcome(vector["payload"], OTHER) == ("no_matching_signature", 401)


@pytest.mark.parametrize("case", VECTORS["verification_cases"], ids=lambda case: case["name"])
def test_the_verdicts_of_the_official_library(case: dict[str, Any]) -> None:
    def verdict() -> str:
        try:
            verify(case["payload"], case["headers"], case["secret"], now=case["clock"])
        except WebhookVerificationError:
            return "reject"
        return "accept"

    assert verdict() == case["expect"]


@pytest.mark.parametrize("form", ["standard", "own"])
@pytest.mark.parametrize("secret", [NEW, OLD, [OTHER, OLD], (NEW, OTHER)], ids=["new", "old", "other+old", "new+other"])
def test_either_secret_of_a_rotation_will_do(form: str, secret: Any) -> None:
    verify(ROTATION["payload"], rotation_headers(form), secret, now=ROTATION["timestamp"])


@pytest.mark.parametrize("form", ["standard", "own"])
def test_the_tolerance(form: str) -> None:
    at = ROTATION["timestamp"]
    verify(ROTATION["payload"], rotation_headers(form), NEW, now=at + 10, tolerance=10)
    with pytest.raises(WebhookVerificationError) as too_old:
        verify(ROTATION["payload"], rotation_headers(form), NEW, now=at + 10.5, tolerance=10)
    assert too_old.value.code == "timestamp_too_old"
    with pytest.raises(WebhookVerificationError) as too_new:
        verify(ROTATION["payload"], rotation_headers(form), NEW, now=at - 301)
    assert too_new.value.code == "timestamp_too_new"


def test_headers_may_be_pairs_of_bytes() -> None:
    pairs = [(name.encode(), value.encode()) for name, value in rotation_headers("standard").items()]
    assert verify(ROTATION["payload"], pairs, NEW, now=ROTATION["timestamp"]) == json.loads(ROTATION["payload"])


def test_a_right_signature_of_the_other_form_does_not_excuse_a_wrong_one() -> None:
    """Else somebody could give a request that is known another `webhook-id`, which that form does not sign."""
    headers = {**rotation_headers("standard"), **rotation_headers("own"), "Webhook-Id": "evt_other"}
    with pytest.raises(WebhookVerificationError) as refused:
        verify(ROTATION["payload"], headers, NEW, now=ROTATION["timestamp"])
    assert refused.value.code == "no_matching_signature"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "missing_header"),
        ({"webhook-id": "a", "webhook-timestamp": "1"}, "missing_header"),
        ({"webhook-id": "a", "webhook-signature": "v1,x"}, "missing_header"),
        (
            [("webhook-id", "a"), ("Webhook-Id", "b"), ("webhook-signature", "v1,x"), ("webhook-timestamp", "0")],
            "missing_header",
        ),
        ({"webhook-id": "a", "webhook-signature": "v1,x", "webhook-timestamp": "-5"}, "malformed_header"),
        ({"webhook-id": "a", "webhook-signature": "v1,x", "webhook-timestamp": "٣"}, "malformed_header"),
        ({"webhook-id": "a", "webhook-signature": "v1,x", "webhook-timestamp": "9" * 5000}, "malformed_header"),
        ({"webhook-id": "a", "webhook-signature": "", "webhook-timestamp": "0"}, "no_matching_signature"),
        (
            {"webhook-id": "\udcff", "webhook-signature": "v1,\udcff é", "webhook-timestamp": "0"},
            "no_matching_signature",
        ),
        ({"x-exosphere-signature": ""}, "malformed_header"),
        ({"x-exosphere-signature": "t=0,t=1,v1=00"}, "malformed_header"),
        ({"x-exosphere-signature": "t=0"}, "no_matching_signature"),
        ({"x-exosphere-signature": "t=0,v1,v1=,v0=ff"}, "no_matching_signature"),
    ],
)
def test_whatever_a_header_holds_is_refused_in_order(headers: Any, code: str) -> None:
    with pytest.raises(WebhookVerificationError) as refused:
        verify(b"{}", headers, NEW, now=0)
    assert refused.value.code == code


@pytest.mark.parametrize("filling", [",", " ,", ", "])
def test_a_header_of_commas_holds_nobody_up(filling: str) -> None:
    """Anybody can send it. It would take hours if the time grew with the square of its length."""
    headers = {**rotation_headers("standard"), "Webhook-Signature": filling * 500_000 + "x"}
    with pytest.raises(WebhookVerificationError, match="no_matching_signature"):
        verify(ROTATION["payload"], headers, NEW, now=ROTATION["timestamp"])


@pytest.mark.parametrize("separator", [" ", ", ", " ,", "  ", ",\t"])
def test_signatures_may_be_parted_by_blanks_with_commas(separator: str) -> None:
    headers = rotation_headers("standard")
    headers["Webhook-Signature"] = f"v1,eA=={separator}{headers['Webhook-Signature']}{separator}v1a,eA=="
    verify(ROTATION["payload"], headers, NEW, now=ROTATION["timestamp"])


def test_a_signature_of_another_version_counts_for_nothing() -> None:
    digest = hmac.new(NEW.encode(), b"0.{}", hashlib.sha256).hexdigest()
    verify(b"{}", {"x-exosphere-signature": f"t=0,v0=zz,v1={digest}"}, NEW, now=0)
    with pytest.raises(WebhookVerificationError):
        verify(b"{}", {"x-exosphere-signature": f"t=0,v0={digest}"}, NEW, now=0)


@pytest.mark.parametrize("secret", ["", "secret", "whsec_*", "whsec_abc", [], None, b"whsec_abc="])
def test_a_secret_that_can_be_none_is_an_error_of_ours(secret: Any) -> None:
    with pytest.raises(ValueError, match="secret") as error:
        verify(b"{}", rotation_headers("own"), secret)
    assert "abc" not in str(error.value)


def test_a_body_that_is_no_unicode_is_refused_like_any_other() -> None:
    with pytest.raises(WebhookVerificationError, match="no_matching_signature"):
        verify("\udcff", rotation_headers("own"), NEW, now=ROTATION["timestamp"])


def test_a_body_that_was_parsed_cannot_be_verified() -> None:
    with pytest.raises(TypeError, match="raw body"):
        verify({"a": 1}, rotation_headers("own"), NEW)  # type: ignore[arg-type]
