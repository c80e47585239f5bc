"""The window with the Documents page while many files are dropped on it, measured from inside."""

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

from benchmarks._interface import Busy
from desktop_app.collector import MainThreadCollector
from desktop_app.services.blocking import Blocking
from desktop_app.services.documents import Documents
from desktop_app.services.tray import TrayItem
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.shell import PageSpec, Shell
from desktop_app.views.documents import DocumentsPage
from worker_core import settings

SETTLED_S = 2.0
BRIDGE_S = 0.1
"""How often the window hears of tasks."""
AT_ONCE = 20
"""Files that take a step between two such moments."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the tray looks at of a task."""

    uuid: str
    state: str
    progress: float | None = None
    stage: str | None = None
    exception: str | None = None


async def measured(files: list[Path]) -> dict[str, Any]:
    shell = Shell()
    shell.resize(1920, 1080)
    background, blocking = Background(shell.messages), Blocking(6, "bench")
    documents = Documents(settings.current(), blocking)
    page = DocumentsPage(documents, background, shell.messages)
    documents.changed = page.tray_changed
    collector = MainThreadCollector(shell)
    shell.add_page(PageSpec("documents", "Documents", "documents", lambda: page))
    shell.show_page("documents")
    shell.show()
    await asyncio.sleep(SETTLED_S)
    report: dict[str, Any] = {"files": len(files)}
    busy, begun = Busy(), time.perf_counter()
    busy.start()
    rows = await documents.add(files)
    await asyncio.sleep(SETTLED_S)
    busy.stop()
    report["taken_in_s"] = round(time.perf_counter() - begun - SETTLED_S, 2)
    report |= {f"drop_{name}": value for name, value in busy.figures().items()}
    busy, begun = Busy(), time.perf_counter()
    busy.start()
    for tasks in steps(rows):
        documents.apply(tasks)
        await asyncio.sleep(BRIDGE_S)
    await asyncio.sleep(SETTLED_S)
    busy.stop()
    report["followed_s"] = round(time.perf_counter() - begun - SETTLED_S, 2)
    report |= {f"follow_{name}": value for name, value in busy.figures().items()}
    report["waiting_rows"] = sum(not item.settled for item in documents.tray)
    page.hidden()
    await background.close()
    collector.stop()
    documents.close()
    blocking.close()
    shell.leave()
    return report


def steps(rows: list[TrayItem]) -> Iterable[list[Task]]:
    """What the bridge tells of the files' tasks, some files at a time: read, then scored."""
    for start in range(0, len(rows), AT_ONCE):
        some = [row for row in rows[start : start + AT_ONCE] if row.task_id]
        yield [Task(str(row.task_id), "STARTED") for row in some]
        yield [Task(str(row.task_id), "PROGRESS", 0.5, "Reading") for row in some]
        yield [Task(str(row.task_id), "SUCCESS") for row in some]
        for place in range(2):
            yield [
                Task(row.follow_ups[place], "SUCCESS")
                for row in some
                if len(row.follow_ups) > place
            ]


def main() -> None:
    folder, out = (Path(word) for word in sys.argv[1:3])
    application = QApplication(sys.argv[:1])
    theme.apply(application, "light")
    with qasync.QEventLoop(application) as loop:
        out.write_text(json.dumps(loop.run_until_complete(measured(sorted(folder.iterdir())))))


if __name__ == "__main__":
    main()
