"""The page of the settings."""

from desktop_app.views.settings.page import SettingsPage

__all__ = ["SettingsPage"]
