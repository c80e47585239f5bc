import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.presets import Presets
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.enqueue import EnqueuePage
from tests.seeded import SeededMonitor
from tests.ui.enqueue.doubles import UNAVAILABLE, NamesDouble, Scenario, SenderDouble
from worker_core import catalog


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture(autouse=True)
def _one_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if one task were not part of this version, whatever else is."""
    spec = replace(catalog.TASKS[UNAVAILABLE], unavailable=catalog.NOT_BUILT)
    monkeypatch.setitem(catalog.TASKS, UNAVAILABLE, spec)


@pytest.fixture
def every_task_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every task but one were part of this version."""
    for name, spec in catalog.TASKS.items():
        if name != UNAVAILABLE:
            monkeypatch.setitem(catalog.TASKS, name, replace(spec, unavailable=None))


@pytest.fixture
def sender() -> SenderDouble:
    return SenderDouble()


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def background(messages: Messages) -> Background:
    return Background(messages)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    # A window without a layout of its own has no size hints to hand to a window manager.
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1084, 756)
    return window


@pytest.fixture
def bridge(qapp: QApplication) -> Bridge:
    return Bridge(SeededMonitor())


@pytest.fixture
def page(
    window: QWidget,
    sender: SenderDouble,
    background: Background,
    messages: Messages,
    qtbot: QtBot,
    tmp_path: Path,
    bridge: Bridge,
) -> EnqueuePage:
    page = EnqueuePage(
        sender, background, messages, NamesDouble(), Presets(tmp_path), bridge, window
    )
    page.resize(window.size())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return page


@pytest.fixture
def run(qapp: QApplication, background: Background) -> Iterator[Callable[[Scenario], None]]:
    """Runs a scenario in the loop that the window uses, and ends what it began."""
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    async def whole(scenario: Scenario) -> None:
        try:
            await scenario
        finally:
            await background.close()

    yield lambda scenario: loop.run_until_complete(whole(scenario))
    loop.close()
    asyncio.set_event_loop(None)
