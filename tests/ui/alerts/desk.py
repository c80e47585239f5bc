"""The Alerts page with its surroundings."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget
from sqlalchemy import delete, select, update

from desktop_app.alert_watch import AlertWatch
from desktop_app.services.alerts import Alerts
from desktop_app.services.blocking import Blocking
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.alerts import AlertsPage
from tests.ui.surroundings import Surroundings
from worker_core.operations import alert_rules
from worker_core.operations.alert_judge import judge
from worker_core.storage import AlertRuleRecord, MeasureReading, Storage
from worker_core.storage.engine import create_engine, writing
from worker_core.storage.schema import (
    alert_clock,
    alert_conditions,
    alerts,
    measure_reads,
    measurements,
)
from worker_core.storage.schema import alert_rules as rule_table

BOUND = 120.0


async def until(condition: Callable[[], object], what: str = "it came to pass") -> None:
    """Wait for a condition, generously."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, f"waited {BOUND:.0f} s in vain until {what}"
        await asyncio.sleep(0.005)


class Told:
    """Stands where the desktop shows its notifications."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, bool]] = []

    def tell(self, title: str, words: str, *, grave: bool) -> bool:
        self.said.append((title, words, grave))
        return True


class Desk(Surroundings):
    """Makes rules and alerts, shows the page, and takes it down."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.messages = Messages()
        self.background = Background(self.messages)
        self.blocking = Blocking(2, "desk")
        self.alerts = Alerts(self.blocking)
        self.told = Told()
        self.figure: int | None = -1
        self.went: list[tuple[str, Any]] = []
        self.watch = AlertWatch(
            self.alerts,
            self._show,
            lambda page, detail: self.went.append((page, detail)),
            self.background,
            self.messages,
            self.told,
        )
        self._page: AlertsPage | None = None

    def _show(self, key: str, value: int | None) -> None:
        assert key == "alerts"
        self.figure = value

    # What a worker does

    def rule(self, name: str, *, armed: bool = True, **more: Any) -> AlertRuleRecord:
        values = {"measure": "queue_depth", "threshold": 100, "cooldown_s": 0.0} | more
        return alert_rules.add(alert_rules.validate({"name": name, **values}), armed=armed)

    def long_ago(self) -> None:
        """All rules are as they are since an hour."""
        with writing(self.storage._engine) as connection:
            connection.execute(
                update(rule_table).values(updated_at=datetime.now(UTC) - timedelta(hours=1))
            )
            connection.execute(update(alert_clock).values(revision=alert_clock.c.revision + 1))

    def read_long_ago(self) -> None:
        """Nothing has been measured since an hour."""
        with writing(self.storage._engine) as connection:
            before = datetime.now(UTC) - timedelta(hours=1)
            connection.execute(update(measure_reads).values(read_at=before))

    def evaluate(self, measure: str = "queue_depth", /, **values: float) -> None:
        self.storage.alerts.evaluate([MeasureReading(measure, values)], judge)

    def cannot_read(self, problem: str, measure: str = "queue_depth") -> None:
        self.storage.alerts.evaluate([MeasureReading(measure, {}, problem)], judge)

    # The window

    async def open(self, width: int = 1300, height: int = 800) -> AlertsPage:
        page = AlertsPage(self.alerts, self.watch.changed, self.background, self.messages)
        self._page = page
        page.navigate.connect(lambda where, detail: self.went.append((where, detail)))
        page.look_wanted.connect(self.watch.look)
        page.resize(width, height)
        page.show()
        page.shown()
        page.activateWindow()
        await until(page.isActiveWindow, "the page was active")
        await self.quiet()
        return page

    async def look(self) -> None:
        """Until the window knows what the database holds, and nothing is under way."""
        self.watch.look()
        await self.quiet()

    async def quiet(self) -> None:
        await until(lambda: not self.background.busy, "nothing was under way")

    def said(self) -> list[str]:
        return [message.text for message in self.messages.recent]

    def last(self) -> Message:
        return self.messages.recent[0]

    async def undo(self) -> None:
        action = self.last().action
        assert action is not None
        assert action.label == "Undo"
        action.callback()
        await self.quiet()

    async def close(self) -> None:
        self.watch.stop()
        page = self._page
        if page is not None:
            page.hidden()
            await self.quiet()
            self._page = None
            page.close()
            page.deleteLater()
        await self.background.close()
        self.blocking.close()


def empty(url: str) -> None:
    """Take everything of alerts out of a database, also what comes with the program."""
    engine = create_engine(url)
    with writing(engine) as connection:
        for table in (alert_conditions, alerts, rule_table, measurements, measure_reads):
            connection.execute(delete(table))
        assert connection.scalar(select(alert_clock.c.id)) == 1
        connection.execute(
            update(alert_clock).values(
                revision=alert_clock.c.revision + 1, evaluated_at=None, seeded=True
            )
        )
    engine.dispose()


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels).replace("\u200b", "")


def press(widget: QWidget, text: str) -> None:
    """Click the one visible button of that text, with the mouse."""
    found = [
        button
        for button in widget.findChildren(QAbstractButton)
        if button.isVisibleTo(widget) and text in {button.text(), button.accessibleName()}
    ]
    assert len(found) == 1, f"{len(found)} buttons say {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def pick(text: str) -> None:
    """Choose an entry of the menu that is open, with the keyboard."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (action,) = (one for one in menu.actions() if one.text().startswith(text))
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
