"""The window with the Tasks page and eight charts over a live broker, measured from inside."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import qasync
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QWidget

from desktop_app.collector import MainThreadCollector
from desktop_app.monitor.history import Limits
from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import Batch, HistoryStatus
from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import Commands
from desktop_app.services.history import TaskHistory
from desktop_app.services.saved_queries import SavedQueries
from desktop_app.ui import theme
from desktop_app.ui.background import Background
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.shell import PageSpec, Shell
from desktop_app.views.tasks import TasksPage
from worker_core import catalog

TICK_MS = 5
CHARTS = 8
WARM_UP_S = 5.0


class Busy:
    """What the main thread used of the processor, and how long it took, from tick to tick."""

    def __init__(self) -> None:
        self.cpu: list[float] = []
        self.wall: list[float] = []
        self._last = (time.thread_time(), time.perf_counter())
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = (time.thread_time(), time.perf_counter())
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = (time.thread_time(), time.perf_counter())
        self.cpu.append(now[0] - self._last[0])
        self.wall.append(now[1] - self._last[1])
        self._last = now

    def figures(self) -> dict[str, float]:
        cpu, wall = np.array(self.cpu) * 1000, np.array(self.wall) * 1000
        return {
            "busy_p50_ms": round(float(np.percentile(cpu, 50)), 2),
            "busy_p99_ms": round(float(np.percentile(cpu, 99)), 2),
            "busy_max_ms": round(float(cpu.max()), 2),
            "tick_p99_ms": round(float(np.percentile(wall, 99)), 2),
            "tick_max_ms": round(float(wall.max()), 2),
            "ticks_over_50_ms": int((cpu > 50).sum()),
        }


class Page(QWidget):
    """The Tasks page at the left, the charts at the right."""

    def __init__(self, tasks: TasksPage, bridge: Bridge) -> None:
        super().__init__()
        self._tasks = tasks
        self.charts = [
            LineChart(
                f"Chart {number}",
                [Line("received", "Received", "series:1"), Line("succeeded", "Succeeded", "ok")],
            )
            for number in range(1, CHARTS + 1)
        ]
        grid = QGridLayout()
        for place, chart in enumerate(self.charts):
            grid.addWidget(chart, place // 2, place % 2)
        layout = QHBoxLayout(self)
        layout.addWidget(tasks, 3)
        layout.addLayout(grid, 2)
        bridge.batch.connect(self._draw)

    def shown(self) -> None:
        self._tasks.shown()

    def hidden(self) -> None:
        self._tasks.hidden()

    def _draw(self, batch: Batch) -> None:
        series = batch.series
        if series is None or not len(series.times):
            return
        data = {
            "received": (series.times, series.received),
            "succeeded": (series.times, series.succeeded),
        }
        for chart in self.charts:
            chart.set_data(data, float(series.times[-1]) + 1, ())


async def measured(url: str, seconds: float, tasks: int, out: Path) -> dict[str, Any]:
    shell = Shell()
    shell.resize(1920, 1080)
    background, blocking = Background(shell.messages), Blocking(2, "bench")
    monitor = Monitor(
        history_tasks=tasks,
        queue_names=tuple(catalog.QUEUES),
        history_dir=out.with_name("history"),
        limits=Limits(),
    )
    bridge = Bridge(monitor, shell)
    collector = MainThreadCollector(shell)
    saved = SavedQueries(out.with_name("searches.json"))
    history = TaskHistory(blocking, lambda: monitor.history, monitor.task)
    services = (Commands(blocking), background, shell.messages, saved, history)
    page = Page(TasksPage(bridge, *services), bridge)
    shell.add_page(PageSpec("bench", "Tasks", "tasks", lambda: page))
    shell.show_page("bench")
    bridge.batch.connect(lambda batch: shell.set_connection(batch.connection))
    shell.show()
    monitor.start(url)
    bridge.start()
    print("live", flush=True)
    await asyncio.sleep(WARM_UP_S)
    kept = HistoryStatus("opening")

    def keep(batch: Batch) -> None:
        nonlocal kept
        kept = batch.history or kept

    bridge.batch.connect(keep)
    busy, events = Busy(), monitor.snapshot().counters.events
    process, main, begun = time.process_time(), time.thread_time(), time.perf_counter()
    busy.start()
    await asyncio.sleep(seconds)
    busy.stop()
    took = time.perf_counter() - begun
    report = busy.figures() | {
        "main_thread_cpu": round((time.thread_time() - main) / took, 3),
        "process_cpu": round((time.process_time() - process) / took, 3),
        "events_per_s": round((monitor.snapshot().counters.events - events) / took),
        "rows": monitor.snapshot().counters.held,
        "history_written": kept.written,
        "history_mb": kept.megabytes,
    }
    bridge.stop()
    monitor.stop()
    collector.stop()
    await background.close()
    blocking.close()
    shell.leave()
    return report


def main() -> None:
    """``URL SECONDS TASKS OUT``"""
    url, seconds, tasks, out = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    application = QApplication(sys.argv[:1])
    theme.apply(application, "light")
    with qasync.QEventLoop(application) as loop:
        out.write_text(json.dumps(loop.run_until_complete(measured(url, seconds, tasks, out))))


if __name__ == "__main__":
    main()
