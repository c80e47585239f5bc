"""Follows the alerts while the window is open, and tells of each new one once."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.qt_models.alert_table import SEVERITY, subject_words
from desktop_app.qt_models.words import clean
from desktop_app.services.alerts import Alerts, News
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.desktop_notes import DesktopNotes
from desktop_app.ui.messages import MessageAction, Messages
from worker_core.operations.alert_rules import ALL, value_words
from worker_core.storage import AlertRecord

LOOK_EVERY_MS = 5000
TOLD_ALONE = 2
"""Up to so many new alerts are told one by one; more are told together."""


class Notes(Protocol):
    """Where the desktop is told."""

    def tell(self, title: str, words: str, *, grave: bool) -> bool: ...


class AlertWatch(QObject):
    """``changed`` says that the book of ``alerts`` is another. Stays quiet while the database is
    away; the Alerts page says since when.

    :param show: is given the figure of the strip
    :param go: is given a page and what to show there
    """

    changed = Signal()
    window_wanted = Signal()
    """From the icon in the tray."""

    def __init__(
        self,
        alerts: Alerts,
        show: Callable[[str, int | None], None],
        go: Callable[[str, object], object],
        background: Background,
        messages: Messages,
        notes: Notes | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._alerts, self._show, self._go = alerts, show, go
        self._background, self._messages = background, messages
        self.notes = notes or DesktopNotes(self)
        if isinstance(self.notes, DesktopNotes):
            self.notes.clicked.connect(lambda: go("alerts", None))
            self.notes.window_wanted.connect(self.window_wanted)
        self._looking = self._look_again = False
        self._again = QTimer(self, interval=LOOK_EVERY_MS)
        self._again.timeout.connect(self.look)

    def start(self) -> None:
        """From now on; to be called again when another connection is in use."""
        self._again.start()
        self.look()

    def stop(self) -> None:
        self._again.stop()
        if isinstance(self.notes, DesktopNotes):
            self.notes.hide()

    def look(self) -> None:
        """Read what has changed."""
        if self._looking:
            self._look_again = True
            return
        self._looking = True

        def ended() -> None:
            self._looking = False
            if self._look_again:
                self._look_again = False
                self.look()

        self._background.run(
            self._alerts.follow(),
            "read the alerts",
            on_success=self._take,
            on_end=ended,
            owner=self,
        )

    def _take(self, news: News) -> None:
        self._show("alerts", self._alerts.book.firing)
        if news.fired:
            self._tell(news.fired)
        if news.changed:
            self.changed.emit()

    def _tell(self, fired: Sequence[AlertRecord]) -> None:
        worst_first = sorted(fired, key=lambda one: (SEVERITY.get(one.severity, 9), one.id))
        grave = worst_first[0].severity == "critical"
        if len(fired) > TOLD_ALONE:
            named = formats.listed(list(dict.fromkeys(clean(one.rule_name) for one in fired))[:3])
            title = f"{formats.count(len(fired))} new alerts"
            self._post(worst_first[0], f"{title}: {named}", "", None)
            self._on_desktop(title, named, grave=grave)
            return
        for one in worst_first:
            self._post(one, clean(one.rule_name), _words(one), one.id)
            self._on_desktop(clean(one.rule_name), _words(one), grave=one.severity == "critical")

    def _post(self, one: AlertRecord, text: str, words: str, alert_id: int | None) -> None:
        detail = None if alert_id is None else {"alert": alert_id}
        see = MessageAction("Show", lambda: self._go("alerts", detail))
        post = {"critical": self._messages.error, "info": self._messages.info}
        post.get(one.severity, self._messages.warn)(text, words, action=see)

    def _on_desktop(self, title: str, words: str, *, grave: bool) -> None:
        if self._alerts.on_desktop:
            self.notes.tell(title, words, grave=grave)


def _words(one: AlertRecord) -> str:
    where = "" if one.subject == ALL else f"{subject_words(one.subject)}: "
    value, limit = value_words(one.measure, one.value), value_words(one.measure, one.threshold)
    return f"{where}{value}, {one.comparison} {limit}."
