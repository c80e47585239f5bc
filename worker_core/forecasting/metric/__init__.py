"""Forecasts of business metrics: revenue, margin, volume, anything counted in regular steps."""
