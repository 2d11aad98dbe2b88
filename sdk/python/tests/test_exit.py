"""Whole processes: at their end nothing is lost that can be sent, and none hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from service import PATIENCE, Service, refuse

BEGIN = """
import sys, time
from exosphere_alerts import ExosphereAlerts
alerts = ExosphereAlerts(sys.argv[1], "key", close_timeout=float(sys.argv[2]))
"""


def run(service: Service, code: str, close_timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code, service.url, str(close_timeout)],
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        env={**os.environ, "NO_PROXY": "*"},
    )


def test_a_process_that_ends_at_once_has_sent_its_events(service: Service) -> None:
    ended = run(service, "alerts.emit_many({'type': 'custom.x', 'data': {'n': n}} for n in range(1000))")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(service.accepted) == 1000


def test_so_has_one_that_fails(service: Service) -> None:
    ended = run(service, "alerts.emit({'type': 'custom.x'}); raise SystemExit(3)")
    assert (ended.returncode, ended.stderr) == (3, "")
    assert len(service.accepted) == 1


def test_one_that_only_emits_while_it_goes_down_has_sent_it_too(service: Service) -> None:
    ended = run(service, "import atexit; atexit.register(lambda: alerts.emit({'type': 'custom.x'}))")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(service.accepted) == 1


@pytest.mark.parametrize("trouble", ["away", "503", "silent"])
def test_a_service_that_does_not_answer_holds_no_process(service: Service, trouble: str) -> None:
    if trouble == "away":
        service.stop()
    elif trouble == "503":
        service.answer(refuse(503, headers={"retry-after": "300"}))
    else:
        service.answer(lambda handler, events: time.sleep(PATIENCE))
    ended = run(service, "alerts.emit({'type': 'custom.x'})", close_timeout=0.5)
    assert ended.returncode == 0
    # Said by logging's last resort; no traceback.
    assert "closed: The client is closed." in ended.stderr
    assert "Traceback" not in ended.stderr
    if trouble == "away":
        service.start_again()
