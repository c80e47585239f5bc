"""Kinds of worker, and what each needs in memory before its first task."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from worker_core.catalog import QUEUES, TASKS
from worker_core.settings import Settings

# Five seconds of imports: a first result must not wait for them.
FORECASTING = ("forecasting",)
# Hours of work and gigabytes of memory at a time: not beside what people wait for.
TRAINING = ("model_training",)
LIGHT = tuple(name for name in QUEUES if name not in FORECASTING + TRAINING)

# Every task reads or writes these, were it only for its row in the ledger.
STORAGE = (
    "worker_core.storage.documents",
    "worker_core.storage.engine",
    "worker_core.storage.migrate",
    "worker_core.storage.tasks",
    "alembic.command",
)
ANALYTICS = ("numpy", "pandas", "scipy.stats", "sklearn.ensemble", "statsmodels.tsa.api")
# arch needs most of them: on top, it is half a second.
FORECASTS = (*ANALYTICS, "arch.univariate", "exchange_calendars")
# The processes that read documents load their parsers themselves, without the worker's rights.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "document_processing": ("worker_core.documents",),
    "sentiment_analysis": ("worker_core.sentiment", "vaderSentiment.vaderSentiment"),
    "anomaly_detection": ("numpy", "worker_core.anomalies", "worker_core.risk"),
    "forecasting": FORECASTS,
    # One process has nothing to share, and who trains for an hour does not miss five seconds.
    "model_training": (),
    "data_processing": ("worker_core.storage.market", "worker_core.market.quality", "httpx"),
    "monitoring": (),
}


def pool_of(settings: Settings) -> str:
    """Celery's name of the pool in which workers run their tasks on this system."""
    if settings.worker_pool != "auto":
        return settings.worker_pool
    # Windows has no fork.
    return "threads" if sys.platform == "win32" else "prefork"


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of worker. ``concurrency`` answers how many tasks it runs at the same time."""

    name: str
    queues: tuple[str, ...]
    concurrency: Callable[[Settings], int]
    hostname: str


def processors() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "default",
            LIGHT,
            lambda settings: settings.worker_concurrency,
            "afi@%h",
        ),
        Profile(
            "documents",
            ("document_processing", "sentiment_analysis"),
            lambda _: processors(),
            "afi-documents@%h",
        ),
        Profile(
            "forecasting",
            FORECASTING,
            # They compute and wait for nothing: more than the processors is only more memory.
            lambda settings: min(settings.worker_concurrency, processors()),
            "afi-forecasting@%h",
        ),
        Profile(
            "training",
            TRAINING,
            lambda _: 1,
            "afi-training@%h",
        ),
    )
}

# One computer's workers: each queue is served by exactly one of them.
TOGETHER = ("default", "forecasting", "training")


def serving(queues: Iterable[str]) -> tuple[Profile, ...]:
    """Those of ``TOGETHER`` that serve ``queues`` between them."""
    wanted = set(queues)
    return tuple(PROFILES[name] for name in TOGETHER if wanted.intersection(PROFILES[name].queues))


def libraries(queues: Iterable[str]) -> tuple[str, ...]:
    """The modules to import for those of ``queues`` that have a task which can be run."""
    alive = {spec.queue for spec in TASKS.values() if spec.unavailable is None}
    wanted = (name for queue in queues if queue in alive for name in LIBRARIES.get(queue, ()))
    return tuple(dict.fromkeys((*STORAGE, *wanted)))
