"""The Alerts page."""

from desktop_app.views.alerts.page import AlertsPage

__all__ = ["AlertsPage"]
