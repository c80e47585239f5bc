"""The table of workers on their own page: what events tell, joined with what they answer."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from msgspec.structs import replace
from PySide6.QtCore import QObject

from desktop_app.monitor.rows import WorkerRow
from desktop_app.monitor.workers import FORGET_AFTER_SECONDS
from desktop_app.qt_models.keyed_table import Cell, KeyedTableModel
from desktop_app.qt_models.words import clean, tip
from desktop_app.qt_models.worker_table import clock_ahead, state
from worker_core.operations.worker_survey import Glance

ANSWER_LASTS_S = 15.0
"""How long a worker that answered counts as online without a heartbeat."""

_CELERY = "py-celery"


class Column(IntEnum):
    STATE = 0
    NAME = 1
    HEARD = 2
    POOL = 3
    SLOTS = 4
    RATE = 5
    PROCESSED = 6
    MEMORY = 7
    LOAD = 8
    CLOCK = 9
    VERSION = 10
    QUEUES = 11


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One worker; ``glance`` is None until it has answered."""

    worker: WorkerRow
    glance: Glance | None = None

    @property
    def name(self) -> str:
        return self.worker.hostname

    @property
    def state(self) -> str:
        return state(self.worker)

    @property
    def pool(self) -> str:
        return self.glance.stats.pool if self.glance and self.glance.stats else ""

    @property
    def slots(self) -> int | None:
        return self.glance.stats.slots if self.glance and self.glance.stats else None

    @property
    def busy(self) -> int | None:
        if self.worker.online and self.glance and self.glance.active is not None:
            return len(self.glance.active)
        return self.worker.active

    @property
    def memory(self) -> int | None:
        """Resident bytes of all its processes here, else the peak of the main one elsewhere."""
        if self.glance is None or self.glance.stats is None:
            return None
        peak = self.glance.stats.peak_memory
        if peak is not None and self.worker.sw_sys == "Darwin":
            peak //= 1024  # where the peak is told in bytes
        return self.glance.memory or peak

    @property
    def queues(self) -> tuple[str, ...]:
        queues = self.glance.queues if self.glance else None
        return tuple(queue.name for queue in queues or ())


class FleetTableModel(KeyedTableModel[FleetRow]):
    """Workers by name. SLOTS is ``running/all``; RATE tasks a minute; CLOCK the seconds that its
    clock is ahead, None while that is of no account."""

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        def silence(row: FleetRow) -> float | None:
            heard = row.worker.last_heartbeat
            return None if heard is None else max(now() - heard, 0.0)

        cells = {
            Column.STATE: Cell[FleetRow]("State", lambda row: row.state),
            Column.NAME: Cell[FleetRow](
                "Worker", lambda row: clean(row.name), lambda row: tip(row.name)
            ),
            Column.HEARD: Cell[FleetRow]("Heard", silence, lambda _: tip("Since its last sign")),
            Column.POOL: Cell[FleetRow]("Pool", lambda row: clean(row.pool) or None),
            Column.SLOTS: Cell[FleetRow]("Slots", _slots, lambda _: tip("Running / at once")),
            Column.RATE: Cell[FleetRow]("Per min", lambda row: row.worker.rate),
            Column.PROCESSED: Cell[FleetRow]("Processed", lambda row: row.worker.processed),
            Column.MEMORY: Cell[FleetRow]("Memory", lambda row: row.memory, _about_memory),
            Column.LOAD: Cell[FleetRow](
                "Load", lambda row: row.worker.loadavg[0] if row.worker.loadavg else None
            ),
            Column.CLOCK: Cell[FleetRow]("Clock", lambda row: clock_ahead(row.worker)),
            Column.VERSION: Cell[FleetRow]("Version", _version, lambda row: tip(row.worker.sw_sys)),
            Column.QUEUES: Cell[FleetRow](
                "Queues",
                lambda row: clean(", ".join(row.queues)) or None,
                lambda row: tip("\n".join(row.queues)),
            ),
        }
        super().__init__([cells[column] for column in Column], lambda row: row.name, parent)

    @property
    def rows(self) -> list[FleetRow]:
        return list(self._rows)

    @property
    def has_wrong_clock(self) -> bool:
        """Whether the clock of a worker is ahead or behind."""
        return any(clock_ahead(row.worker) is not None for row in self._rows)

    def show(self, workers: Iterable[WorkerRow], glances: Mapping[str, Glance]) -> None:
        self.replace_all(FleetRow(worker, glances.get(worker.hostname)) for worker in workers)

    def place_of(self, name: str) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.name == name), None)

    def refresh_ages(self) -> None:
        """Time has passed: call once a second while the table is seen."""
        if self._rows:
            self.dataChanged.emit(
                self.index(0, Column.HEARD), self.index(len(self._rows) - 1, Column.HEARD)
            )


def _slots(row: FleetRow) -> str | None:
    busy, slots = row.busy, row.slots
    if slots is None:
        return None if busy is None else f"{busy:,}/–"
    return f"{busy or 0:,}/{slots:,}"


def _about_memory(row: FleetRow) -> str | None:
    if row.memory is None:
        return None
    here = row.glance is not None and row.glance.memory is not None
    return tip("All its processes, now" if here else "Peak of its main process alone")


def _version(row: FleetRow) -> str | None:
    worker = row.worker
    ident = None if worker.sw_ident == _CELERY else worker.sw_ident
    return clean(" ".join(filter(None, (ident, worker.sw_ver)))) or None


def joined(
    rows: Iterable[WorkerRow], answered_at: Mapping[str, float], now: float
) -> list[WorkerRow]:
    """``rows`` and the workers that were never heard but answered, which not all send heartbeats.
    An answer is a sign of life as well, for a while."""
    found = {row.hostname: row for row in rows}
    for name, at in answered_at.items():
        row, lives = found.get(name), now - at < ANSWER_LASTS_S
        if row is None and now - at < FORGET_AFTER_SECONDS:
            found[name] = WorkerRow(name, online=lives, last_heartbeat=at)
        elif row is not None and not row.left and lives and not row.online:
            found[name] = replace(row, online=True, last_heartbeat=at)
    return list(found.values())
