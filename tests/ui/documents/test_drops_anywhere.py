"""Files that are let go over any page land in the tray of documents."""

from functools import partial
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.desk import Desk
from desktop_app.milestones import Milestones
from desktop_app.ui.shell import Shell
from desktop_app.window_state import WindowState
from tests.ui.schedule.desk import until
from worker_core import settings

_ANY = Qt.DropAction.CopyAction
_LEFT, _PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def let_go(shell: Shell, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    QApplication.sendEvent(shell, QDragEnterEvent(QPoint(300, 300), _ANY, data, _LEFT, _PLAIN))
    event = QDropEvent(QPointF(300, 300), _ANY, data, _LEFT, _PLAIN)
    QApplication.sendEvent(shell, event)
    assert event.isAccepted()


def in_tray(desk: Desk, name: str) -> bool:
    return name in [row.name for row in desk._services.documents.tray]


def test_a_drop_on_the_models_and_on_the_enqueue_page_lands_in_the_tray(
    loop: qasync.QEventLoop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("AFI_DATABASE_URL", "CELERY_RESULT_BACKEND"):
        monkeypatch.setenv(name, "")
    # Nothing listens there: what is dropped is taken in all the same.
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    settings.current.cache_clear()
    files = [tmp_path / name for name in ("models <b>.html", "enqueue.html")]
    for file in files:
        file.write_text(f"<html><body><p>{file.name}</p></body></html>")

    async def scenario() -> None:
        shell = Shell(version="1")
        qtbot.addWidget(shell, before_close_func=Shell.leave)
        desk = Desk(shell, WindowState(), Milestones(None))
        desk._watching = True
        shell.show()
        try:
            for page, file in zip(("models", "enqueue"), files, strict=True):
                desk._pages.go(page)
                let_go(shell, file)
                await until(partial(in_tray, desk, file.name), f"{file.name} was in the tray")
                assert shell.current_page == "documents"
        finally:
            await desk._end()

    loop.run_until_complete(scenario())
    settings.current.cache_clear()
