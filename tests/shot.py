"""``./dev shot PAGE OUT.png``: a page on seeded data, at a fixed time, as a picture.

With ``--load`` it is taken live, while events of a seeded stream pour in through a real broker."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "UTC"

import numpy as np
import qasync
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop_app.alert_watch import AlertWatch
from desktop_app.figures import Figures
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch
from desktop_app.page_parts import PageParts
from desktop_app.pages import Pages
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands
from desktop_app.services.connection import Connections
from desktop_app.services.documents import Documents
from desktop_app.services.history import TaskHistory
from desktop_app.services.insights import Insights
from desktop_app.services.models import Models
from desktop_app.services.names import Names
from desktop_app.services.preferences import Preferences
from desktop_app.services.presets import Presets
from desktop_app.services.queues import QueueCommands
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from tests import seeded_alerts, seeded_desk, seeded_models, seeded_workers
from tests.seeded import NOW, SeededMonitor
from tests.seeded_alerts import SeededAlerts
from tests.seeded_desk import (
    SeededCluster,
    SeededQueues,
    fill_tray,
    known_documents,
    save_connections,
    settings_in,
)
from tests.seeded_history import seeded_history
from tests.seeded_insights import seed_all
from tests.seeded_schedule import SeededSchedule
from tests.seeded_workers import SeededWorkers
from tests.shot_parts import model_of, open_first, open_part, quiet
from tests.shot_words import ALL, PAGES, THEMES, parser
from worker_core import __version__, catalog, settings
from worker_core.operations.broker import EmbeddedBroker
from worker_core.settings import Settings
from worker_core.storage import Storage

AFTER_OPENING_S = 4.0
SMALLEST = 0
FREQUENT = 96


class ShownPreferences(Preferences):
    """Names the settings file as a user's, not that of the picture's folder."""

    @property
    def place(self) -> Path:
        return Path("~/.config/afi-desk/settings.json")


class Relay(QObject):
    """Stands where the desk stands."""

    tray_changed = Signal(object)


def main() -> int:
    chosen = parser().parse_args()
    width, _, height = chosen.size.partition("x")
    # Read once, when the application is made.
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)
    if chosen.page == ALL:
        chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="afi-shot-") as folder:
        shot = Shot(
            chosen.page,
            chosen.out,
            chosen.theme,
            (int(width), int(height)),
            chosen.load,
            chosen.after,
            chosen.open,
        )
        take(shot, Path(folder))
    return 0


@dataclass(frozen=True, slots=True)
class Shot:
    page: str
    out: Path
    theme: str
    size: tuple[int, int]
    load: float | None
    after_s: float
    search: str | None


def take(shot: Shot, folder: Path) -> None:
    """Build the window as the application does and save what it shows."""
    application = QApplication(sys.argv[:1])
    theme.apply(application, "dark" if shot.theme == "dark" else "light")
    values = settings_in(folder)
    known = known_documents(values)
    if shot.page in {"insights", ALL}:
        with Storage.open(values.database_url, values.artifacts_url) as storage:
            seed_all(storage)
    if shot.page in {"models", ALL}:
        with Storage.open(values.database_url, values.artifacts_url) as storage:
            seeded_models.fill(storage)
            seeded_models.search(storage)
            seeded_models.backdate(storage, NOW)
    if shot.load is None:
        time.time = lambda: NOW  # every age in the picture is counted from here
    with qasync.QEventLoop(application) as loop, ExitStack() as at_end:
        flow = None if shot.load is None else at_end.enter_context(flowing(folder, shot.load))
        loop.run_until_complete(_take(shot, values, known, flow))


@contextmanager
def flowing(folder: Path, per_second: float) -> Iterator[Monitor]:
    """A broker through which a stream of events goes, and the monitor that listens to it."""
    broker = EmbeddedBroker(folder)
    url = broker.start()
    settings.override({"broker_url": url})
    now = time.time()
    for seeds in (seeded_alerts, seeded_desk, seeded_workers):
        vars(seeds).update(NOW=now, AT=datetime.fromtimestamp(now, UTC))
    monitor = Monitor(queue_names=tuple(catalog.QUEUES), history_dir=folder / "history")
    monitor.start(url)
    sender = subprocess.Popen([sys.executable, "-m", "tests.stream", url, str(per_second)])
    try:
        yield monitor
    finally:
        sender.kill()
        sender.wait()
        monitor.stop()
        broker.stop()


async def _take(shot: Shot, values: Settings, known: dict[int, str], flow: Monitor | None) -> None:
    shell = Shell(version=__version__)
    shell.resize(*shot.size)
    background = Background(shell.messages)
    blocking = Blocking(2, "shot")
    cluster, documents = SeededCluster(values), Documents(values, blocking)
    fill_tray(documents, list(known))
    save_connections()
    relay = Relay()
    monitor = SeededMonitor() if flow is None else flow
    bridge = Bridge(monitor, shell)
    reader = None
    if flow is None:
        reader = seeded_history(values.data_dir / "history.sqlite3", monitor.snapshot().tasks)
    history = TaskHistory(blocking, lambda: reader if flow is None else flow.history, monitor.task)
    held = monitor.snapshot().tasks if flow is None else []
    strip = Figures(
        history, (lambda: held) if flow is None else flow.rows, shell.set_counter, background, shell
    )
    alerts = SeededAlerts(blocking)
    watch = AlertWatch(alerts, shell.set_counter, lambda *_: None, background, shell.messages)
    parts = PageParts(
        bridge=bridge,
        alerts=alerts,
        alerts_seen=watch.changed,
        look_at_alerts=watch.look,
        background=background,
        commands=Commands(blocking),
        queue_commands=SeededQueues(blocking) if flow is None else QueueCommands(blocking),
        cluster=cluster,
        connections=Connections(blocking),
        documents=documents,
        history=history,
        insights=Insights(blocking),
        models=Models(blocking),
        names=Names(blocking),
        preferences=ShownPreferences(blocking),
        presets=Presets(values.data_dir / "presets"),
        workers=SeededWorkers(blocking),
        dismiss_workers=lambda _names: None,
        saved=SavedQueries(values.data_dir / "searches.json"),
        schedule=SeededSchedule(blocking),
        tray_changed=relay.tray_changed,
    )
    pages = Pages(shell, parts)

    def tell(batch: Batch) -> None:
        shell.set_connection(batch.connection)
        strip.take(batch)

    tell(bridge.snapshot())
    watch.look()
    # On its page the connection that is in use stands in the list as well.
    shell.set_environment("research" if shot.page == "connections" else "LOCAL", production=False)
    details = {
        "documents": {"sha256": next(iter(known.values()))},
        "tasks": {"query": shot.search} if shot.search else None,
        "insights": {"symbol": "AAPL", "tab": shot.search},
        "models": model_of(shot.search),
    }
    shell.show()
    if flow is None and shot.page == ALL:
        await _each(shell, pages, details, shot.out, background)
    elif flow is None:
        page = pages.go(shot.page, details.get(shot.page))
        await quiet(background)
        await open_part(shell, pages, page, shot.page, shot.search or "", background)
    else:
        bridge.batch.connect(tell)
        await _live(shell, bridge, pages, shot, details)
    if shot.page != ALL:
        _save(shell, shot.out)
    bridge.stop()
    await background.close()
    documents.close()
    cluster.close()
    blocking.close()
    if reader is not None:
        reader.close()
    shell.leave()


async def _live(
    shell: Shell, bridge: Bridge, pages: Pages, shot: Shot, details: Mapping[str, Any]
) -> None:
    """The page after a while of load."""
    bridge.start()
    pages.go("overview")  # it gathers its hour from the first batch on
    await asyncio.sleep(shot.after_s)
    pages.go(shot.page, details.get(shot.page))
    if shot.page == "tasks":
        await open_first(shell)
    await asyncio.sleep(AFTER_OPENING_S)


async def _each(
    shell: Shell, pages: Pages, details: Mapping[str, Any], folder: Path, background: Background
) -> None:
    """Every page in both themes."""
    for name in PAGES:
        pages.go(name, details.get(name))
        for look in THEMES:
            theme.current().use(look)
            await quiet(background)
            _save(shell, folder / f"{name}-{look}.png")


def _save(shell: Shell, out: Path) -> None:
    _small(shell.grab().toImage()).save(str(out), None, SMALLEST)


def _small(picture: QImage) -> QImage:
    """The picture with the rare colours, which are those of the edges of letters, in fewer shades:
    two thirds of the bytes."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.bits(), np.uint32)
    colours, counts = np.unique(pixels, return_counts=True)
    rare = ~np.isin(pixels, colours[np.argsort(counts)[-FREQUENT:]])
    pixels[rare] &= np.uint32(0xFFE0E0E0)
    pixels[rare] |= np.uint32(0xFF101010)
    return picture.convertToFormat(QImage.Format.Format_RGB888)


if __name__ == "__main__":
    sys.exit(main())
