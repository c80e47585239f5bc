"""Once a day, where an address is set: whether there is a newer version, said in a message."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from desktop_app.services.blocking import Blocking
from desktop_app.services.updates import Update, UpdateError, newer
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.window_state import WindowState

log = logging.getLogger(__name__)


def ask_once_a_day(
    url: str | None,
    state: WindowState,
    background: Background,
    blocking: Blocking,
    messages: Messages,
    *,
    ask: Callable[[str], Update | None] = newer,
) -> None:
    """Ask ``url`` in the background, unless there is none or it was asked today."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    if not url or state.updates_asked == today:
        return
    state.updates_asked = today

    def answered(update: Update | None) -> None:
        if update is None:
            return
        where = update.page or "whoever gave you AFI Desk"
        action = MessageAction("Open the page", lambda: _open(update.page)) if update.page else None
        messages.info(
            update.words,
            f"Get it from {where}. Your data stays, and is copied before it is changed.",
            action,
        )

    def failed(error: Exception) -> None:
        # Nothing that the user wanted has failed: the log is enough, but for a wrong address.
        log.warning("%s", error)
        if isinstance(error, UpdateError) and not url.startswith("https://"):
            messages.warn(error.message, error.remedy)

    background.run(
        blocking.run(ask, url), "look for updates", on_success=answered, on_failure=failed
    )


def _open(page: str) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl(page))
