from __future__ import annotations

import asyncio
from typing import Any

import pytest
from service import PATIENCE, Service, accept, refuse, reset

from exosphere_alerts import AsyncExosphereAlerts, ExosphereAlertsError

KEY = "exo_test-key"


def event(**fields: Any) -> dict[str, Any]:
    return {"type": "custom.test", "data": {}, **fields}


def test_trouble_of_all_kinds_loses_nothing(service: Service) -> None:
    service.answer(refuse(503), reset, refuse(429, headers={"retry-after": "1"}), accept)
    lost: list[str] = []

    async def run() -> list[str]:
        async with AsyncExosphereAlerts(service.url, KEY, on_drop=lambda _, error: lost.append(error.code)) as alerts:
            ids = alerts.emit_many(event() for _ in range(250))
            assert await alerts.flush(PATIENCE)
            return ids

    ids = asyncio.run(run())
    assert service.accepted == ids
    assert lost == []


def test_a_service_that_is_away_for_a_while_loses_nothing(service: Service) -> None:
    service.stop()

    async def run() -> list[str]:
        async with AsyncExosphereAlerts(service.url, KEY) as alerts:
            ids = alerts.emit_many(event() for _ in range(300))
            assert not await alerts.flush(0.5)
            service.start_again()
            assert await alerts.flush(PATIENCE)
            return ids

    assert asyncio.run(run()) == service.accepted


def test_send_waits_for_the_answer_and_raises(service: Service) -> None:
    service.answer(accept, accept, refuse(422, "invalid"), refuse(503))

    async def run() -> None:
        async with AsyncExosphereAlerts(service.url, KEY, close_timeout=0) as alerts:
            receipts = await asyncio.gather(*(alerts.send(event(id=name), timeout=PATIENCE) for name in "ab"))
            assert [(receipt.id, receipt.status) for receipt in receipts] == [("a", "accepted"), ("b", "accepted")]
            service.answer(refuse(422, "invalid"), refuse(503))
            with pytest.raises(ExosphereAlertsError, match="invalid"):
                await alerts.send(event(), timeout=PATIENCE)
            with pytest.raises(ExosphereAlertsError, match="timeout"):
                await alerts.send(event(), timeout=0.2)

    asyncio.run(run())


def test_what_is_dropped_is_told(service: Service) -> None:
    service.answer(refuse(503))
    lost: list[str] = []

    async def run() -> None:
        alerts = AsyncExosphereAlerts(
            service.url, KEY, max_events=1, drop="newest", on_drop=lambda _, error: lost.append(error.code)
        )
        alerts.emit(event())
        alerts.emit(event())
        alerts.emit("text")  # type: ignore[arg-type]
        with pytest.raises(ExosphereAlertsError):
            alerts.emit(event(), raise_on_error=True)
        assert not await alerts.close(0.2)
        alerts.emit(event())

    asyncio.run(run())
    assert lost == ["buffer_full", "invalid_event", "buffer_full", "closed", "closed"]


def test_a_refusal_ends_a_flush_and_loses_nothing(service: Service) -> None:
    service.answer(refuse(401))

    async def run() -> None:
        async with AsyncExosphereAlerts(service.url, KEY) as alerts:
            alerts.emit(event(id="a"))
            assert not await alerts.flush(PATIENCE)
            assert alerts.pending == 1
            with pytest.raises(ExosphereAlertsError, match="refused"):
                await alerts.send(event(id="b"), timeout=PATIENCE)
            service.answer(accept)
            assert await alerts.flush(PATIENCE)

    asyncio.run(run())
    assert service.accepted == ["a", "b"]


def test_an_event_from_before_the_loop_is_sent_in_it(service: Service) -> None:
    alerts = AsyncExosphereAlerts(service.url, KEY)
    sent = alerts.emit(event())
    assert asyncio.run(alerts.close(PATIENCE))
    assert service.accepted == [sent]


def test_a_client_may_be_used_in_one_loop_after_another(service: Service) -> None:
    alerts = AsyncExosphereAlerts(service.url, KEY)

    async def emit(name: str) -> bool:
        alerts.emit(event(id=name))
        return await alerts.flush(PATIENCE)

    assert asyncio.run(emit("a"))
    assert asyncio.run(emit("b"))
    assert asyncio.run(alerts.close(PATIENCE))
    assert service.accepted == ["a", "b"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_that_was_closed_without_ending_the_task_stops_no_later_one(service: Service) -> None:
    alerts = AsyncExosphereAlerts(service.url, KEY)

    async def emit(name: str) -> bool:
        alerts.emit(event(id=name))
        return await alerts.flush(PATIENCE)

    for name in "ab":
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(emit(name))
        loop.close()
    assert asyncio.run(alerts.close(PATIENCE))
    assert service.accepted == ["a", "b"]


def test_a_flush_that_close_cuts_short_does_not_say_that_all_is_sent(service: Service) -> None:
    service.answer(refuse(503))

    async def run() -> None:
        alerts = AsyncExosphereAlerts(service.url, KEY)
        alerts.emit(event())
        flush = asyncio.create_task(alerts.flush(PATIENCE))
        await asyncio.sleep(0)
        assert not await alerts.close(0)
        assert not await flush
        assert not await alerts.close()

    asyncio.run(run())
