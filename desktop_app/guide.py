"""The guide, in whatever opens web pages here."""

import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.ui.command_palette import Action
from desktop_app.ui.messages import Messages

TITLE = "Read the guide"
_PAGE = "index.html"


def guide_page() -> Path | None:
    """Its first page: in the packaged program, or where ``./dev docs`` has made it."""
    frozen = getattr(sys, "_MEIPASS", None)
    checkout = Path(__file__).resolve().parents[1] / "build" / "docs"
    page = (Path(frozen, "guide") if frozen else checkout) / _PAGE
    return page if page.is_file() else None


class Guide:
    """Offers it wherever actions are looked for, where it is there."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def actions(self) -> Iterator[Action]:
        if (page := guide_page()) is not None:
            yield Action(TITLE, "Help", lambda: self._open(page))

    def _open(self, page: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
            self._messages.warn(
                "Nothing on this computer opens web pages.",
                f"The guide lies in {page}: open it in a browser.",
            )
