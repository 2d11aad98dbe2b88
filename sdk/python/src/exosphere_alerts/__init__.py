"""Send events to Exosphere Alerts, and verify the alerts that it sends.

>>> from exosphere_alerts import ExosphereAlerts
>>> alerts = ExosphereAlerts("https://alerts.example", "exo_…")
>>> alerts.emit({"type": "workflow.failed", "data": {"graph_name": "etl", "run_id": "42"}})
"""

from .async_client import AsyncExosphereAlerts
from .client import ExosphereAlerts
from .entry import Receipt
from .errors import ExosphereAlertsError, WebhookVerificationError
from .events import Event, EventError, EventType, RunData, RunEvent
from .options import VERSION as __version__
from .options import ErrorContext
from .verify import verify
from .webhook_event import WebhookEvent

__all__ = [
    "AsyncExosphereAlerts",
    "ErrorContext",
    "Event",
    "EventError",
    "EventType",
    "ExosphereAlerts",
    "ExosphereAlertsError",
    "Receipt",
    "RunData",
    "RunEvent",
    "WebhookEvent",
    "WebhookVerificationError",
    "__version__",
    "verify",
]
