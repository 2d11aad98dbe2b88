"""A platform in small: it runs a graph of states, and tells Exosphere Alerts what becomes of the run.

Usage: ALERTS=http://127.0.0.1:8080 KEY=… python graph_runs.py [good | failing]
"""

import os
import sys
import time
import uuid
from collections.abc import Callable

from exosphere_alerts import ExosphereAlerts, RunData

State = Callable[[], None]
MAX_TRIES = 2


def run_graph(alerts: ExosphereAlerts, graph_name: str, states: dict[str, State]) -> bool:
    """Runs the states one after the other, each up to twice. Returns whether all went well."""
    run_id = uuid.uuid4().hex[:8]
    began = time.monotonic()

    def tell(kind: str, about: str = "", **data: object) -> None:
        run: RunData = {"graph_name": graph_name, "run_id": run_id}
        if kind in ("workflow.succeeded", "workflow.failed"):
            run["duration_ms"] = round((time.monotonic() - began) * 1000)
        # An id that says what it is about: told twice, it counts once.
        event_id = "/".join(filter(None, [run_id, kind, about]))
        subject = f"graphs/{graph_name}/runs/{run_id}"
        alerts.emit({"id": event_id, "type": kind, "subject": subject, "data": {**run, **data}})

    tell("workflow.started", status="running")
    for node_name, state in states.items():
        for attempt in range(1, MAX_TRIES + 1):
            try:
                state()
                break
            except Exception as exception:
                error = {"type": type(exception).__name__, "message": str(exception), "node_name": node_name}
                if attempt < MAX_TRIES:
                    tell("state.retry_scheduled", f"{node_name}-{attempt}", error=error, counts={"retries": attempt})
                    continue
                tell("state.errored", node_name, error=error)
                tell("workflow.failed", status="failed", error=error)
                return False
    tell("workflow.succeeded", status="succeeded")
    return True


def extract() -> None:
    time.sleep(0.05)


def load() -> None:
    raise TimeoutError("the warehouse did not answer")


if __name__ == "__main__":
    last = extract if sys.argv[1:] == ["good"] else load
    # At the end of the block, and of the program, what waits is sent.
    with ExosphereAlerts(os.environ.get("ALERTS", "http://127.0.0.1:8080"), os.environ["KEY"]) as client:
        is_good = run_graph(client, "etl", {"extract": extract, "load": last})
    print("succeeded" if is_good else "failed")
