"""``./dev shot PAGE OUT.png``: a page on seeded data, at a fixed time, as a picture."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "UTC"

import qasync
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.figures import figures
from desktop_app.pages import Pages
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands
from desktop_app.services.connection import Connections
from desktop_app.services.documents import Documents
from desktop_app.services.history import TaskHistory
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from tests.seeded import NOW, SeededMonitor
from tests.seeded_desk import (
    SeededCluster,
    SeededQueues,
    fill_tray,
    known_documents,
    save_connections,
    settings_in,
)
from tests.seeded_history import seeded_history
from tests.seeded_schedule import SeededSchedule
from tests.seeded_workers import SeededWorkers
from worker_core import __version__
from worker_core.settings import Settings

PAGES = (
    "overview",
    "tasks",
    "queues",
    "workers",
    "performance",
    "schedule",
    "documents",
    "enqueue",
    "cluster",
    "connections",
    "welcome",
)
SETTLED_LOOKS = 8
LOOK_S = 0.1
PATIENCE_LOOKS = 200


class Relay(QObject):
    """Stands where the desk stands."""

    tray_changed = Signal(object)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev shot", description=__doc__)
    parser.add_argument("page", choices=PAGES)
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--size", default="1280x800", help="width x height, in pixels")
    chosen = parser.parse_args()
    width, _, height = chosen.size.partition("x")
    with tempfile.TemporaryDirectory(prefix="afi-shot-") as folder:
        take(chosen.page, chosen.out, chosen.theme, (int(width), int(height)), Path(folder))
    return 0


def take(page: str, out: Path, mode: str, size: tuple[int, int], folder: Path) -> None:
    """Build the window as the application does, on seeded data, and save what it shows."""
    application = QApplication(sys.argv[:1])
    theme.apply(application, "dark" if mode == "dark" else "light")
    values = settings_in(folder)
    known = known_documents(values)
    time.time = lambda: NOW  # every age in the picture is counted from here
    with qasync.QEventLoop(application) as loop:
        loop.run_until_complete(_take(page, out, size, values, known))


async def _take(
    page: str, out: Path, size: tuple[int, int], values: Settings, known: dict[int, str]
) -> None:
    shell = Shell(version=__version__)
    shell.resize(*size)
    background = Background(shell.messages)
    blocking = Blocking(2, "shot")
    cluster, documents = SeededCluster(values), Documents(values, blocking)
    fill_tray(documents, list(known))
    save_connections()
    relay = Relay()
    monitor = SeededMonitor()
    bridge = Bridge(monitor, shell)
    reader = seeded_history(values.data_dir / "history.sqlite3", monitor.snapshot().tasks)
    pages = Pages(
        shell,
        bridge=bridge,
        background=background,
        commands=Commands(blocking),
        queue_commands=SeededQueues(blocking),
        cluster=cluster,
        connections=Connections(blocking),
        documents=documents,
        history=TaskHistory(blocking, lambda: reader, monitor.task),
        workers=SeededWorkers(blocking),
        dismiss_workers=lambda _names: None,
        saved=SavedQueries(values.data_dir / "searches.json"),
        schedule=SeededSchedule(blocking),
        tray_changed=relay.tray_changed,
    )
    batch = bridge.snapshot()
    shell.set_environment("LOCAL", production=False)
    shell.set_connection(batch.connection)
    for key, value in figures(batch).items():
        shell.set_counter(key, value)
    pages.go(page, {"sha256": next(iter(known.values()))} if page == "documents" else None)
    shell.show()
    await _quiet(background)
    shell.grab().save(str(out))
    await background.close()
    documents.close()
    cluster.close()
    blocking.close()
    reader.close()
    shell.leave()


async def _quiet(background: Background) -> None:
    """Wait until nothing has been under way for a while."""
    quiet = 0
    for _ in range(PATIENCE_LOOKS):
        await asyncio.sleep(LOOK_S)
        quiet = 0 if background.busy else quiet + 1
        if quiet >= SETTLED_LOOKS:
            return


if __name__ == "__main__":
    sys.exit(main())
