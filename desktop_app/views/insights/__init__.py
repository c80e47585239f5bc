"""Insights: prices, forecasts and what they are worth, anomalies, sentiment, metrics and risk."""

from desktop_app.views.insights.page import InsightsPage

__all__ = ["InsightsPage"]
