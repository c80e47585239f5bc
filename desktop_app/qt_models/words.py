"""Texts from outside, made fit to be shown."""

import html
from typing import Final

from desktop_app.services.shown import clean

__all__ = ["clean", "tip"]

_TIP_LIMIT: Final = 2000


def tip(text: str | None) -> str | None:
    """``text`` for a tool tip, in which Qt would otherwise take markup at its word."""
    if not text:
        return None
    shown = text if len(text) <= _TIP_LIMIT else f"{text[:_TIP_LIMIT]}…"
    return f"<span style='white-space: pre-wrap'>{html.escape(shown)}</span>"
