"""Drop a filing on the window, watch it run, read the result: real broker, worker, scheduler,
storage and window."""

import asyncio
import gc
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
import qasync
from PySide6.QtCore import QAbstractTableModel, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from reportlab.pdfgen.canvas import Canvas

import resources
from desktop_app.desk import Desk
from desktop_app.milestones import Milestones
from desktop_app.services.tray import Phase, TrayItem
from desktop_app.ui import theme
from desktop_app.ui.shell import Shell
from desktop_app.window_state import WindowState
from worker_core import settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("nothing_left"),
]
LIMIT_S = 120
LOOK_S = 0.05


@pytest.fixture(autouse=True)
def _own_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "AFI_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(settings, "config_dir", lambda: tmp_path / "config")
    settings.current.cache_clear()
    yield
    settings.current.cache_clear()


def words_in(page: QWidget) -> set[str]:
    """What the tables and lists of a page say, cell by cell."""
    models = [view.model() for view in page.findChildren(QAbstractItemView)]
    found: set[str] = set()
    for model in filter(None, models):
        columns = model.columnCount() if isinstance(model, QAbstractTableModel) else 1
        for row in range(model.rowCount()):
            cells = [model.index(row, column) for column in range(columns)]
            below = [model.index(n, 0, cells[0]) for n in range(model.rowCount(cells[0]))]
            found.update(str(cell.data()) for cell in (*cells, *below))
    return found


class Window:
    """The application as a user has it, driven from inside its own loop."""

    def __init__(self) -> None:
        self.shell = Shell()
        self.desk = Desk(self.shell, WindowState(), Milestones(None))
        self.rows: dict[int, TrayItem] = {}
        self.desk.tray_changed.connect(self._row)

    def _row(self, item: TrayItem) -> None:
        self.rows[item.key] = item

    def drop(self, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        place, none = QPoint(400, 300), Qt.KeyboardModifier.NoModifier
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        QApplication.sendEvent(self.shell, QDragEnterEvent(place, copy, data, left, none))
        QApplication.sendEvent(self.shell, QDropEvent(QPointF(place), copy, data, left, none))

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not met():  # noqa: ASYNC110 - what is waited for is what a user would see
                await asyncio.sleep(LOOK_S)

    async def every_page_opens(self) -> None:
        """Each page shows what this run was: tasks, a worker, documents, processes."""
        wanted = {
            "overview": "local@",
            "tasks": "process_document",
            "documents": "example_harrow_vale_10k_2024.html",
            "enqueue": "Process a document",
            "schedule": "market-data",
        }
        pages = ("overview", "tasks", "documents", "schedule", "enqueue", "cluster", "welcome")
        for page in pages:
            shown = self.shell.show_page(page)
            assert shown.isVisible()
            await self.until(partial(self._says, shown, wanted.get(page, "")))
            assert not shown.grab().isNull()

    @staticmethod
    def _says(page: QWidget, wanted: str) -> bool:
        return not wanted or any(wanted in words for words in words_in(page))

    async def settled(self, count: int) -> list[TrayItem]:
        """The rows, once there are ``count`` and all have come to their end."""

        def over() -> bool:
            ended = [r for r in self.rows.values() if r.settled and (r.looked_up or not r.task_id)]
            return len(self.rows) >= count and len(ended) == len(self.rows)

        await self.until(over)
        return [self.rows[key] for key in sorted(self.rows)]


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """What a test starts, it ends."""
    before = set(descendants())
    yield
    assert set(descendants()) - before == set()


def in_window(scenario: Callable[[Window], Awaitable[None]]) -> None:
    """Run a scenario from the first paint to the end of everything."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, "light")

    async def live() -> None:
        window = Window()
        window.shell.show()
        life = asyncio.create_task(window.desk.live([], try_here=False))
        try:
            await scenario(window)
        finally:
            window.shell.close()
            await life
            window.shell.deleteLater()

    with qasync.QEventLoop(application) as loop:
        loop.run_until_complete(live())
    # Cycles with widgets in them must end here and not in the thread of a later test.
    gc.collect()


def descendants() -> Iterator[psutil.Process]:
    """The processes of a system among those that this one has started."""
    for process in psutil.Process().children(recursive=True):
        try:
            command = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if any(word in command for word in ("worker_core", "valkey", "redis-server")):
            yield process


def pdf(path: Path, password: str | None = None) -> Path:
    page = Canvas(str(path), encrypt=password)
    for number, line in enumerate(
        (
            "Example Holdings Inc. reports results for the second quarter of 2024",
            "Net sales increased 12% to $240.5 million from $214.7 million a year earlier.",
            "Diluted earnings per share rose to $1.12, and the dividend was raised by 8%.",
            "The company expects net sales of $960 million to $980 million for the year.",
        )
    ):
        page.drawString(60, 760 - 24 * number, line)
    page.save()
    return path


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as document:
            for _ in range(400):
                document.write(b" " * 2**20)
    return path


def huge(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    return path


def test_a_dropped_filing_and_a_pdf_are_read_scored_and_summarised(
    qapp: QApplication, tmp_path: Path
) -> None:
    filing = resources.sample_documents()[0].path
    release = pdf(tmp_path / "release.pdf")

    async def scenario(window: Window) -> None:
        window.drop(filing, release)
        rows = await window.settled(2)
        assert [row.phase for row in rows] == [Phase.DONE, Phase.DONE], rows
        await window.until(lambda: window.shell.current_page == "documents")
        await window.every_page_opens()
        for later in ("forecasting", "training"):
            await window.until((tmp_path / "data" / "run" / f"{later}.json").exists)
        window.drop(filing)
        again = (await window.settled(3))[2]
        assert again.phase is Phase.DONE
        assert "same content" in again.message
        assert again.document_id == rows[0].document_id

    in_window(scenario)


def test_real_filings_end_with_their_result_on_screen(
    qapp: QApplication, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "documents"

    async def scenario(window: Window) -> None:
        window.drop(folder / "10K_AAPL_2024.html", folder / "AMCOR_2023Q4_EARNINGS.pdf")
        rows = await window.settled(2)
        assert [row.phase for row in rows] == [Phase.DONE, Phase.DONE], rows
        await window.until(lambda: window.shell.current_page == "documents")
        window.shell.grab().save(str(tmp_path / "result.png"))

    in_window(scenario)
    assert (tmp_path / "result.png").stat().st_size > 10_000


def test_each_bad_file_gets_a_row_that_says_what_to_do_and_the_good_one_goes_on(
    qapp: QApplication, tmp_path: Path
) -> None:
    good = resources.sample_documents()[1].path
    bad = {
        "empty.html": b"",
        "picture.pdf": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        "cut.pdf": pdf(tmp_path / "whole.pdf").read_bytes()[:400],
        "two\nlines \u202egnp.exe.txt": b"\0\1\2\3" * 4000,
    }
    paths = []
    for name, content in bad.items():
        path = tmp_path / name
        path.write_bytes(content)
        paths.append(path)
    paths.append(pdf(tmp_path / "locked.pdf", password="secret"))
    paths.append(bomb(tmp_path / "bomb.docx"))
    paths.append(huge(tmp_path / "huge.txt"))
    vanished = tmp_path / "vanished.html"
    hollow = tmp_path / "hollow"
    hollow.mkdir()

    async def scenario(window: Window) -> None:
        window.drop(*paths, vanished, hollow, good)
        rows = await window.settled(len(paths) + 3)
        *refused, last = rows
        assert last.phase is Phase.DONE, last
        for row in refused:
            assert row.phase is Phase.FAILED, row
            assert row.message, row
            assert row.remedy, row
            assert "\n" not in row.name
            assert "\u202e" not in row.name

    in_window(scenario)
    assert "WorkerLostError" not in (tmp_path / "data" / "logs" / "worker.log").read_text()
