from __future__ import annotations

import logging
import math
import os
import threading
import time
from datetime import datetime, timezone
from typing import Any

import pytest
from service import PATIENCE, Handler, Service, accept, accept_and_reset, refuse, reset, until

from exosphere_alerts import Event, ExosphereAlerts, ExosphereAlertsError, RunEvent
from exosphere_alerts.options import ErrorContext

KEY = "exo_test-key"


def event(**fields: Any) -> dict[str, Any]:
    return {"type": "custom.test", "data": {}, **fields}


class Hostile(dict[str, Any]):
    """Raises whatever is asked of it."""

    def get(self, *_: Any) -> Any:
        raise Unexpected

    keys = items = __iter__ = __getitem__ = get


class Unexpected(Exception):
    """None that anybody would expect."""


class Lost(list[tuple[str, Any]]):
    """What `on_drop` was told: codes, and the ids that events were given."""

    def __call__(self, lost: Any, error: ExosphereAlertsError) -> None:
        self.append((error.code, lost.get("id") if type(lost) is dict else None))


class Told(list[tuple[str, bool]]):
    """What `on_error` was told: codes, and whether an event was lost."""

    def __call__(self, error: ExosphereAlertsError, context: ErrorContext) -> None:
        self.append((error.code, context.retry_in is None))


def test_an_event_is_sent_with_the_key_an_id_and_its_time(service: Service) -> None:
    with ExosphereAlerts(service.url + "/", KEY, source="etl") as alerts:
        typed: RunEvent = {"type": "workflow.failed", "data": {"graph_name": "etl", "error": {"message": "Größe 😀"}}}
        event_id = alerts.emit(typed)
        custom: Event = {
            "id": "mine",
            "type": "custom.x",
            "data": {"n": 2**70, "at": datetime(2026, 1, 2, tzinfo=timezone.utc)},
        }
        assert alerts.emit(custom) == "mine"
        assert alerts.flush(PATIENCE)
    (path, headers, _), *_ = service.requests
    sent = [one for _, _, events in service.requests for one in events]
    assert path == "/v1/events/batch"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"].startswith("exosphere-alerts-python/")
    assert [one["id"] for one in sent] == [event_id, "mine"]
    assert sent[0]["data"]["error"]["message"] == "Größe 😀"
    assert sent[0]["source"] == "etl"
    assert datetime.fromisoformat(sent[0]["occurred_at"].replace("Z", "+00:00")).tzinfo is not None
    assert sent[1]["data"] == {"n": 2**70, "at": "2026-01-02T00:00:00.000Z"}


def test_cloud_events_keep_their_form(service: Service) -> None:
    with ExosphereAlerts(service.url, KEY) as alerts:
        alerts.emit({"specversion": "1.0", "id": "ce", "source": "/x", "type": "custom.ce", "traceparent": "00-…"})
    sent = service.requests[0][2][0]
    assert set(sent) == {"specversion", "id", "source", "type", "traceparent", "time"}


def test_an_event_is_read_when_it_is_emitted(service: Service) -> None:
    service.answer(refuse(503), accept)
    with ExosphereAlerts(service.url, KEY) as alerts:
        mine = event(id="a")
        alerts.emit(mine)
        mine["id"] = "b"
        assert alerts.flush(PATIENCE)
    assert service.accepted == ["a"]


@pytest.mark.parametrize("trouble", [refuse(503), refuse(500), refuse(429), refuse(408), reset, accept_and_reset])
def test_what_is_not_accepted_is_sent_again_with_the_same_id(service: Service, trouble: Any) -> None:
    service.answer(trouble, trouble, accept)
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        ids = alerts.emit_many(event() for _ in range(3))
        assert alerts.flush(PATIENCE)
    assert sorted(set(service.accepted)) == sorted(ids)
    assert len(service.requests) >= 3
    assert lost == []


@pytest.mark.parametrize("status", [503, 429])
def test_retry_after_is_kept_to_even_when_somebody_flushes(service: Service, status: int) -> None:
    service.answer(refuse(status, headers={"retry-after": "2"}), accept)
    with ExosphereAlerts(service.url, KEY) as alerts:
        began = time.monotonic()
        alerts.emit(event())
        assert alerts.flush(PATIENCE)
    assert time.monotonic() - began >= 2


def test_a_service_that_is_away_for_a_while_loses_nothing(service: Service) -> None:
    service.stop()
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        ids = alerts.emit_many(event(data={"n": n}) for n in range(1500))
        assert not alerts.flush(1)
        service.start_again()
        assert alerts.flush(PATIENCE)
        assert service.accepted == ids
    assert lost == []


@pytest.mark.parametrize(("drop", "kept"), [("oldest", "cde"), ("newest", "abc")])
def test_a_full_buffer_drops_events_and_says_so(service: Service, drop: Any, kept: str) -> None:
    # While it waits that long, none is under way.
    service.answer(refuse(503, headers={"retry-after": "5"}), accept)
    lost, told = Lost(), Told()
    alerts = ExosphereAlerts(service.url, KEY, max_events=3, drop=drop, on_drop=lost, on_error=told)
    alerts.emit(event(id="a"))
    until(lambda: bool(told))
    alerts.emit_many(event(id=name) for name in "bcde")
    assert lost == [("buffer_full", name) for name in "abcde" if name not in kept]
    # Not of each of them.
    assert [code for code, is_lost in told if is_lost] == ["buffer_full"]
    if drop == "newest":
        with pytest.raises(ExosphereAlertsError, match="buffer_full"):
            alerts.emit(event(), raise_on_error=True)
    assert alerts.close(PATIENCE)
    assert service.accepted == list(kept)


def test_events_under_way_do_not_give_way(service: Service) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slow(handler: Handler, events: Any) -> None:
        arrived.set()
        go_on.wait(PATIENCE)
        accept(handler, events)

    service.answer(slow, accept)
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, max_events=2, on_drop=lost) as alerts:
        alerts.emit(event(id="a"))
        assert arrived.wait(PATIENCE)
        alerts.emit_many(event(id=name) for name in "bc")
        go_on.set()
        assert alerts.flush(PATIENCE)
    assert service.accepted == ["a", "c"]
    assert lost == [("buffer_full", "b")]


def test_the_buffer_is_bounded_in_bytes_too(service: Service) -> None:
    service.stop()
    lost = Lost()
    alerts = ExosphereAlerts(service.url, KEY, max_bytes=1000, drop="newest", on_drop=lost)
    alerts.emit_many(event(data={"text": "x" * 500}) for _ in range(3))
    assert len(lost) == 2
    assert alerts.pending == 1
    assert not alerts.close(0)


def test_each_entry_of_a_batch_has_its_own_result(service: Service) -> None:
    unavailable = {"once": True}

    def answer(handler: Handler, events: Any) -> None:
        items: list[dict[str, Any]] = []
        for one in events:
            if one["id"] == "bad":
                fault = {"path": "type", "message": "is reserved"}
                error = {"code": "reserved_type", "detail": "No.", "errors": [fault]}
                items.append({"id": "bad", "status": "rejected", "error": error})
            elif one["id"] == "later" and unavailable.pop("once", False):
                items.append({"id": "later", "status": "unavailable"})
            else:
                handler.server.accepted.append(one["id"])
                items.append({"id": one["id"], "status": "accepted"})
        handler.reply(202, {"items": items})

    service.answer(refuse(503), answer)
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        alerts.emit_many(event(id=name) for name in ["a", "bad", "later", "b"])
        assert alerts.flush(PATIENCE)
    assert sorted(service.accepted) == ["a", "b", "later"]
    assert lost == [("reserved_type", "bad")]


@pytest.mark.parametrize("status", [400, 413, 422, 409])
def test_one_event_that_spoils_a_batch_is_found(service: Service, status: int) -> None:
    def answer(handler: Handler, events: Any) -> None:
        if any(one["id"] == "bad" for one in events):
            refuse(status, "spoilt")(handler, events)
        else:
            accept(handler, events)

    service.answer(refuse(503), answer)
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        names = [f"n{n}" for n in range(20)]
        alerts.emit_many(event(id=name) for name in [*names[:7], "bad", *names[7:]])
        assert alerts.flush(PATIENCE)
    assert service.accepted == names
    assert lost == [("spoilt", "bad")]


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_a_refusal_is_told_once_and_loses_nothing(service: Service, status: int) -> None:
    service.answer(refuse(status, "no_way"))
    told, lost = Told(), Lost()
    with ExosphereAlerts(service.url, KEY, on_error=told, on_drop=lost) as alerts:
        sent = alerts.emit(event())
        assert not alerts.flush(PATIENCE)
        assert not alerts.flush(PATIENCE)
        code = "redirected" if status == 302 else "no_way"
        assert told == [(code, False)]
        # Not that it has waited in vain.
        with pytest.raises(ExosphereAlertsError, match=code):
            alerts.send(event(id=sent), timeout=PATIENCE)
        service.answer(accept)
        assert alerts.flush(PATIENCE)
    assert set(service.accepted) == {sent}
    assert lost == []


def test_an_answer_of_somebody_else_is_no_acceptance(service: Service) -> None:
    def proxy(handler: Handler, events: Any) -> None:
        handler.reply(200, "Welcome to the wifi")

    service.answer(proxy, accept)
    with ExosphereAlerts(service.url, KEY) as alerts:
        sent = alerts.emit(event())
        assert alerts.flush(PATIENCE)
    assert service.accepted == [sent]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("text", "invalid_event"),
        (event(data={"x": object()}), "invalid_event"),
        (event(data={"x": float("nan")}), "invalid_event"),
        (event(data={"x": "\ud800"}), "invalid_event"),
        (Hostile(type="custom.x"), "invalid_event"),
        (event(data={"x": "x" * 300_000}), "too_large"),
    ],
)
def test_what_cannot_be_sent_never_raises_into_the_caller(service: Service, bad: Any, code: str) -> None:
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        assert alerts.emit(bad)
        assert [told for told, _ in lost] == [code]
        with pytest.raises(ExosphereAlertsError):
            alerts.emit(bad, raise_on_error=True)
    assert service.requests == []


def test_a_callback_that_fails_harms_nobody(service: Service) -> None:
    service.answer(refuse(503), refuse(422), accept)

    def fail(*told: Any) -> None:
        raise RuntimeError("in the callback")

    with ExosphereAlerts(service.url, KEY, on_error=fail, on_drop=fail) as alerts:
        alerts.emit(event())
        assert alerts.flush(PATIENCE)
        sent = alerts.emit(event())
        assert alerts.flush(PATIENCE)
    assert service.accepted == [sent]


def test_a_callback_that_flushes_does_not_wait_for_itself(service: Service) -> None:
    service.answer(refuse(503), accept)
    flushed: list[bool] = []
    alerts = ExosphereAlerts(service.url, KEY, on_error=lambda *_: flushed.append(alerts.flush(None)))
    alerts.emit(event())
    assert alerts.close(PATIENCE)
    assert flushed == [False]


def test_without_a_callback_there_is_a_line_in_the_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.answer(refuse(503), refuse(422, "invalid"), accept)
    with caplog.at_level(logging.INFO, "exosphere_alerts"), ExosphereAlerts(service.url, KEY) as alerts:
        sent = alerts.emit(event())
        assert alerts.flush(PATIENCE)
    lines = [record.getMessage() for record in caplog.records if record.name == "exosphere_alerts"]
    assert lines == [
        "refused: This is refused. (retry in 0 s)",
        f"invalid: This is invalid. (lost: custom.test {sent})",
    ]
    assert KEY not in caplog.text


def test_send_waits_for_the_answer_and_raises(service: Service) -> None:
    service.answer(refuse(503), accept, accept, refuse(422, "invalid"))
    lost = Lost()
    with ExosphereAlerts(service.url, KEY, on_drop=lost) as alerts:
        assert alerts.send(event(id="one"), timeout=PATIENCE).status == "accepted"
        assert alerts.send(event(id="one"), timeout=PATIENCE).status == "duplicate"
        with pytest.raises(ExosphereAlertsError) as refused:
            alerts.send(event(id="two"), timeout=PATIENCE)
        assert refused.value.code == "invalid"
        service.answer(refuse(503))
        with pytest.raises(ExosphereAlertsError, match="timeout"):
            alerts.send(event(id="three"), timeout=0.2)
        service.answer(accept)
    assert service.accepted == ["one", "three"]
    assert lost == [("invalid", "two")]


def test_after_close_nothing_is_taken_and_what_was_left_is_told(service: Service) -> None:
    service.answer(refuse(503))
    lost = Lost()
    alerts = ExosphereAlerts(service.url, KEY, on_drop=lost)
    alerts.emit(event(id="a"))
    assert not alerts.close(0.2)
    assert lost == [("closed", "a")]
    alerts.emit(event(id="b"))
    assert lost == [("closed", "a"), ("closed", "b")]
    assert not alerts.close()


def test_many_threads_may_emit(service: Service) -> None:
    with ExosphereAlerts(service.url, KEY) as alerts:
        ids: list[list[str]] = []
        threads = [
            threading.Thread(target=lambda: ids.append(alerts.emit_many(event() for _ in range(200)))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert alerts.flush(PATIENCE)
    assert sorted(service.accepted) == sorted(one for some in ids for one in some)
    assert all(len(events) <= 500 for _, _, events in service.requests)


def test_a_wait_may_be_endless_and_one_of_no_length_ends(service: Service) -> None:
    with ExosphereAlerts(service.url, KEY, close_timeout=math.inf) as alerts:
        alerts.emit(event())
        assert alerts.flush(math.inf)
        service.answer(refuse(503))
        alerts.emit(event())
        assert not alerts.flush(math.nan)
        service.answer(accept)
    assert len(service.accepted) == 2


def test_a_flush_that_close_cuts_short_does_not_say_that_all_is_sent(service: Service) -> None:
    service.answer(refuse(503, headers={"retry-after": "300"}))
    told = Told()
    alerts = ExosphereAlerts(service.url, KEY, on_error=told)
    alerts.emit(event())
    until(lambda: bool(told))
    flushed: list[bool] = []
    waiting = threading.Thread(target=lambda: flushed.append(alerts.flush(PATIENCE)))
    waiting.start()
    assert not alerts.close(0.2)
    waiting.join()
    assert flushed == [False]
    assert not alerts.flush()
    # Its thread is gone: one that runs while the interpreter goes down may crash it.
    assert not any(thread.name == "exosphere-alerts" for thread in threading.enumerate())


def test_two_that_flush_where_no_thread_starts_do_not_send_twice(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slow(handler: Handler, events: Any) -> None:
        arrived.set()
        go_on.wait(PATIENCE)
        accept(handler, events)

    service.answer(slow)
    alerts = ExosphereAlerts(service.url, KEY)
    monkeypatch.setattr(alerts, "_start", lambda: None)
    alerts.emit(event(id="a"))
    flushed: list[bool] = []
    threads = [threading.Thread(target=lambda: flushed.append(alerts.flush(PATIENCE))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert arrived.wait(PATIENCE)
    assert not alerts.flush(0.2)
    go_on.set()
    for thread in threads:
        thread.join()
    assert flushed == [True, True]
    assert len(service.requests) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_child_of_a_fork_sends_what_it_emits_itself(service: Service) -> None:
    service.answer(refuse(503))
    alerts = ExosphereAlerts(service.url, KEY)
    alerts.emit(event(id="parent"))
    child = os.fork()
    if child == 0:
        alerts.emit(event(id="child"))
        os._exit(0 if alerts.flush(PATIENCE) else 1)
    service.answer(accept)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert alerts.close(PATIENCE)
    assert sorted(service.accepted) == ["child", "parent"]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("alerts.example", KEY), {}),
        (("https://user:secret@alerts.example", KEY), {}),
        (("https://", KEY), {}),
        (("https://:8080", KEY), {}),
        (("https://alerts.example:port", KEY), {}),
        (("https://[::1", KEY), {}),
        (("https://alerts.example\n", KEY), {}),
        (("https://alerts.example?a=b", KEY), {}),
        (("https://alerts.example/#a", KEY), {}),
        ((None, KEY), {}),
        (("https://alerts.example", ""), {}),
        (("https://alerts.example", "two words"), {}),
        (("https://alerts.example", KEY), {"drop": "all"}),
        (("https://alerts.example", KEY), {"max_events": 0}),
        (("https://alerts.example", KEY), {"request_timeout": 0}),
        (("https://alerts.example", KEY), {"close_timeout": -1}),
        (("https://alerts.example", KEY), {"max_events": math.nan}),
        (("https://alerts.example", KEY), {"max_bytes": math.nan}),
        (("https://alerts.example", KEY), {"request_timeout": math.nan}),
        (("https://alerts.example", KEY), {"request_timeout": math.inf}),
        (("https://alerts.example", KEY), {"close_timeout": math.nan}),
    ],
)
def test_settings_that_cannot_be_are_refused_at_once(arguments: tuple[Any, str], options: Any) -> None:
    with pytest.raises(ValueError):
        ExosphereAlerts(*arguments, **options)
