"""What a hand does on the page, and what an eye sees there."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QPushButton,
    QWidget,
)

from desktop_app.ui.pills import Pill
from desktop_app.views.cluster import ClusterPage
from desktop_app.views.cluster.log_view import LogView
from desktop_app.views.cluster.member import MemberCard
from tests.ui.cluster.conftest import Scenario
from tests.ui.cluster.processes import MemoryProcesses

Run = Callable[[Scenario], None]
PATIENCE = 90.0


async def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the condition did not come about"
        await asyncio.sleep(0.005)


async def some_polls(processes: MemoryProcesses, number: int = 3) -> None:
    seen = processes.looks
    await until(lambda: processes.looks >= seen + number)


def card(page: ClusterPage, name: str) -> MemberCard:
    return next(card for card in page.findChildren(MemberCard) if card.name == name)


def cards(page: ClusterPage) -> list[str]:
    placed = sorted(page.findChildren(MemberCard), key=lambda card: (card.y(), card.x()))
    return [card.name for card in placed if card.isVisible()]


def state(page: ClusterPage, name: str) -> str:
    (pill,) = card(page, name).findChildren(Pill)
    return pill.accessibleName()


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def control(widget: QWidget, name: str) -> QAbstractButton:
    found = [b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name]
    found = found or [b for b in widget.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    return found[0]


def possible(page: ClusterPage, name: str) -> set[str]:
    buttons = card(page, name).findChildren(QPushButton)
    return {button.text() for button in buttons if button.isEnabled()}


def log(page: ClusterPage, name: str) -> LogView:
    views = page.findChildren(LogView)
    return next(view for view in views if name in view.accessibleName())


def log_text(page: ClusterPage, name: str) -> str:
    return "" if not cards(page) else log(page, name).toPlainText()
