"""The window over that store, measured from inside: how soon each page is there, how busy it is
while a chart is panned, and what an hour of live updates leaves in memory."""

import asyncio
import gc
import json
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
import qasync
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks._interface import Busy
from benchmarks._workspace_store import CHARTED, LONG
from desktop_app.collector import MainThreadCollector
from desktop_app.desk import Desk
from desktop_app.milestones import Milestones
from desktop_app.monitor import events as e
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Batch, Connection, QueueRow, TaskRow
from desktop_app.monitor.state import State
from desktop_app.ui import theme
from desktop_app.ui.shell import Shell
from desktop_app.ui.timechart import Candles
from desktop_app.views.insights import InsightsPage
from desktop_app.window_state import WindowState
from worker_core import catalog

HELD: Final = 2_000
"""Tasks in memory at most, so that the simulated hour is spent with it full."""
TASKS_A_SECOND: Final = 4
PAGE_EVERY_S: Final = 30
WARM_UP_S: Final = 1_200
PAN_MS: Final = 16
PIXELS: Final = 12
LOOKS: Final = 12
"""At the memory, in the hour."""
MOST_TURNS: Final = 200
"""Of the loop, until a page that need not be painted is taken for seen."""
_DECODE: Final = msgspec.json.Decoder(e.Event)


class Simulated:
    """Stands where the monitor stands. Its clock moves when it is told to, and with it tasks come,
    run and end."""

    def __init__(self) -> None:
        self.now = time.time()
        self._begun = self.now
        self._state = State(HELD, self.now)
        self._outbox = Outbox(reset=True)
        self._number = 0

    def advance(self) -> None:
        """One second later."""
        self.now += 1.0
        names = [name for name, spec in catalog.TASKS.items() if spec.unavailable is None]
        for _ in range(TASKS_A_SECOND):
            self._number += 1
            uuid = f"{self._number:032x}"
            name = names[self._number % len(names)]
            common = {"uuid": uuid, "hostname": "w@bench", "pid": 1, "clock": self._number}
            told = {"name": name, "args": "()", "kwargs": f"{{'ticker': '{CHARTED}'}}"}
            ended = {"result": "{}", "runtime": 0.3}
            kinds: tuple[tuple[str, dict[str, Any]], ...] = (
                ("task-received", told),
                ("task-started", {}),
                ("task-succeeded", ended),
            )
            for kind, more in kinds:
                event = common | {"type": kind, "timestamp": self.now} | more
                self._state.apply(_DECODE.decode(msgspec.json.encode(event)), self.now)
        self._state.series.advance(self.now, live=True)
        queues = [QueueRow(name, self._number % 50, {}, 1, self.now) for name in catalog.QUEUES]
        self._outbox.publish(
            self._state.take_changes(),
            self._state.counters(),
            queues=queues,
            series=self._state.series.snapshot(),
        )

    def _connection(self) -> Connection:
        return Connection("live", "simulated", self._begun, self.now)

    def take(self) -> Batch | None:
        return self._outbox.take(self._connection())

    def snapshot(self) -> Batch:
        return self._outbox.snapshot(self._connection(), self._state.rows, [])

    def task(self, uuid: str) -> TaskRow | None:
        return self._state.task(uuid)


class Painted(QObject):
    """Hears when the window is painted."""

    seen = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.UpdateRequest:
            self.seen = True
        return False


class Bench:
    def __init__(self, out: Path, simulated_s: int, pan_s: float) -> None:
        self._out, self._simulated_s, self._pan_s = out, simulated_s, pan_s
        self.figures: dict[str, Any] = {}

    async def run(self) -> None:
        shell = Shell()
        shell.resize(1920, 1080)
        desk = Desk(shell, WindowState(), Milestones(None))
        collector = MainThreadCollector(shell)
        source = Simulated()
        # What a desk builds is used as it is; only where the events come from is another.
        desk._bridge._source = source
        self._desk, self._shell, self._source = desk, shell, source
        self._painted = Painted(shell)
        shell.installEventFilter(self._painted)
        shell.show()
        time.time = lambda: source.now
        source.advance()
        desk._bridge.start()
        await self._pages()
        await self._pan()
        await self._hour()
        collector.stop()
        await desk._end()
        self._out.write_text(json.dumps(self.figures))

    # Pages

    async def _pages(self) -> None:
        names = [spec.id for spec in self._shell._stack.on_rail]
        opened: dict[str, Any] = {}
        for name in names:
            opened[name] = {"first": await self._opened(name)}
        for name in names:
            opened[name]["again"] = await self._opened(name)
        self.figures["pages_ms"] = opened

    async def _opened(self, name: str) -> dict[str, float]:
        """Milliseconds until its first picture, and until all that it asked for has come: on the
        clock, and of the processor."""
        clock, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
        self._painted.seen = False
        self._desk._pages.go(name)
        await self._until_painted()
        seen = time.perf_counter() - clock
        painted = time.thread_time() - main
        await self._quiet()
        await self._until_painted()
        return {
            "seen": round(seen * 1000, 1),
            "seen_cpu": round(painted * 1000, 1),
            "ready": round((time.perf_counter() - clock) * 1000, 1),
            "ready_cpu": round((time.process_time() - cpu) * 1000, 1),
        }

    # Panning

    async def _pan(self) -> None:
        page = self._desk._pages.go("insights", {"symbol": CHARTED})
        if not isinstance(page, InsightsPage):
            raise TypeError("the page is another")
        await self._quiet()
        chart = page.company.price
        candles = next(one for one in chart.content.layers if isinstance(one, Candles))
        for name, least in (("all_candles", 0.0), ("as_shown", candles.least_step)):
            kept, candles.least_step = candles.least_step, least
            page.company.span.show(0.0, float(LONG))
            self.figures[f"pan_{name}"] = await self._dragged(chart)
            candles.least_step = kept

    async def _dragged(self, chart: QWidget) -> dict[str, float]:
        """A hand on the chart that goes to and fro, sixty times a second."""
        left, right = chart.width() * 0.3, chart.width() * 0.7
        places = cycle([*_steps(left, right, PIXELS), *_steps(right, left, -PIXELS)])
        _mouse(chart, QEvent.Type.MouseButtonPress, left)
        timer = QTimer(interval=PAN_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: _mouse(chart, QEvent.Type.MouseMove, next(places)))
        busy = Busy()
        timer.start()
        await asyncio.sleep(0.5)
        busy.start()
        await asyncio.sleep(self._pan_s)
        busy.stop()
        timer.stop()
        _mouse(chart, QEvent.Type.MouseButtonRelease, left)
        return busy.figures()

    # An hour

    async def _hour(self) -> None:
        names = cycle(spec.id for spec in self._shell._stack.on_rail)
        course: list[float] = []
        every = max(self._simulated_s // LOOKS, 1)
        for second in range(WARM_UP_S + self._simulated_s):
            if second % PAGE_EVERY_S == 0:
                self._desk._pages.go(next(names))
                await self._quiet()
            if second >= WARM_UP_S and (second - WARM_UP_S) % every == 0:
                course.append(_megabytes())
            self._source.advance()
            self._desk._bridge._pass_on()
            await asyncio.sleep(0)
        await self._quiet()
        course.append(_megabytes())
        first, last = course[: len(course) // 3], course[-(len(course) // 3) :]
        self.figures["memory"] = {
            "simulated_s": self._simulated_s,
            "tasks": self._source._number,
            "start_mb": round(course[0], 1),
            "end_mb": round(course[-1], 1),
            "grown_mb": round(sum(last) / len(last) - sum(first) / len(first), 1),
            "course_mb": [round(value, 1) for value in course],
        }

    async def _quiet(self) -> None:
        while self._desk._background.busy:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(0)

    async def _until_painted(self) -> None:
        for _ in range(MOST_TURNS):
            if self._painted.seen:
                return
            await asyncio.sleep(0)


def _steps(start: float, end: float, step: int) -> list[float]:
    return [float(x) for x in range(int(start), int(end), step)]


def _mouse(chart: QWidget, kind: QEvent.Type, x: float) -> None:
    at = QPointF(x, chart.height() / 2)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(
        kind, at, chart.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(chart, event)


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss / 1e6)


def main() -> None:
    """``OUT SIMULATED_S PAN_S``"""
    out, simulated, pan = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    application = QApplication(sys.argv[:1])
    theme.apply(application, "light")
    with qasync.QEventLoop(application) as loop:
        loop.run_until_complete(Bench(out, simulated, pan).run())


if __name__ == "__main__":
    main()
