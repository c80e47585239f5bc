"""Trained models: which is in use, what else there is, and making more."""

from desktop_app.views.models.page import ModelsPage

__all__ = ["ModelsPage"]
