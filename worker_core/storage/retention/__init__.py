"""What may be removed when it is old enough, and what must stay because something refers to it.

Each kind of data has a `Keeper`. To remove another kind, write one beside these and add it to
``keepers``: the task, its report and its dry run follow from the list.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from worker_core.storage.artifacts import Artifacts

if TYPE_CHECKING:
    from sqlalchemy import Engine

BATCH = 500
"""Rows a transaction: a writer that waits for one waits no longer than for these."""


@dataclass(frozen=True, slots=True)
class Removal:
    """How many things of a kind, and the bytes of those whose size is known."""

    count: int = 0
    bytes: int = 0

    def __add__(self, other: "Removal") -> "Removal":
        return Removal(self.count + other.count, self.bytes + other.bytes)


class Keeper(Protocol):
    """One kind of data. ``setting`` is the setting that says after how many days it may go."""

    @property
    def kind(self) -> str: ...
    @property
    def setting(self) -> str: ...

    def removable(self, before: datetime) -> Removal:
        """What ``remove`` would remove; changes nothing."""
        ...

    def remove(self, before: datetime) -> Removal:
        """Remove what is from before that time and that nothing refers to, in batches: one that
        is ended early has removed some, and the next one goes on."""
        ...


def keepers(engine: "Engine", artifacts: Artifacts) -> tuple[Keeper, ...]:
    """One for each kind of data, in the order in which they are to be asked."""
    from worker_core.storage.retention.alerts import AlertKeeper, MeasurementKeeper
    from worker_core.storage.retention.anomalies import AnomalyKeeper
    from worker_core.storage.retention.documents import DocumentKeeper
    from worker_core.storage.retention.health import HealthKeeper, PerformanceKeeper
    from worker_core.storage.retention.market import BarKeeper, FindingKeeper
    from worker_core.storage.retention.models import ModelKeeper
    from worker_core.storage.retention.reports import ReportKeeper
    from worker_core.storage.retention.tasks import ResultKeeper, TaskKeeper

    return (
        DocumentKeeper(engine, artifacts, failed=True),
        DocumentKeeper(engine, artifacts, failed=False),
        ModelKeeper(engine, artifacts),
        FindingKeeper(engine),
        # Before the bars that they point to.
        AnomalyKeeper(engine),
        BarKeeper(engine),
        MeasurementKeeper(engine),
        AlertKeeper(engine),
        ResultKeeper(engine),
        TaskKeeper(engine),
        HealthKeeper(engine),
        PerformanceKeeper(engine),
        ReportKeeper(engine, artifacts),
    )
