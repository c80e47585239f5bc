"""Reading ahead of the first user of the day what he would wait for, and measuring what that gains.

Each thing is read twice: as it is found, and again. The difference is what was gained; where there
is none, that is said. What came from disk is warm afterwards for every process of this computer,
since the system keeps its pages; what did not, was worked out for this worker process alone. How
much came from disk is the system's own count.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from worker_core import settings
from worker_core.arguments import NoArguments
from worker_core.storage import StorageError
from worker_core.tasks.base import Result, Run, catalog_task

log = logging.getLogger(__name__)

MOST_SYMBOLS: Final = 500
BARS_BACK: Final = timedelta(days=5 * 365)
SEARCHES: Final = ("revenue", "net income", "guidance")
BUDGET_S: Final = 120.0
LEAST_GAIN_S: Final = 0.005
LEAST_SHARE: Final = 0.2
# Less is the program's own files, whatever it reads.
FROM_DISK_KB: Final = 512

For = Literal["this computer", "this worker process"]


@dataclass(frozen=True, slots=True)
class Warmed:
    """What one thing took, in seconds of the clock, when it was cold and when it was warm.

    ``count`` of ``what`` were read, ``disk_kb`` of it from a disk (None where the system does not
    count that). Without a problem, ``gained`` says whether it was worth it, and ``serves`` for
    whom.
    """

    name: str
    count: int
    what: str
    cold_s: float
    warm_s: float
    disk_kb: int | None
    gained: bool
    serves: For | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Thing:
    """``read`` answers how many there were; ``what`` they are."""

    name: str
    what: str
    read: Callable[[Run], int]


@catalog_task("monitoring.cache_warming")
def cache_warming(run: Run, _arguments: NoArguments) -> Result:
    began = time.monotonic()
    done: list[Warmed] = []
    left: list[str] = []
    for place, thing in enumerate(THINGS):
        if time.monotonic() - began > BUDGET_S:
            left.append(thing.name)
            continue
        run.progress(thing.name, place / len(THINGS))
        done.append(_warmed(run, thing))
    gained = sum(one.cold_s - one.warm_s for one in done if one.gained)
    words = (
        f"{sum(one.gained for one in done)} of {len(done)} things were cold; reading them again "
        f"takes {gained:.2f} s less."
        if gained
        else "Nothing was gained: all of it was warm already, or is small."
    )
    log.info("%s", words)
    return {
        "gained_s": round(gained, 4),
        "words": words,
        "things": [asdict(one) for one in done],
        "not_reached": left,
    }


def _warmed(run: Run, thing: _Thing) -> Warmed:
    try:
        blocks, start = _blocks(), time.perf_counter()
        count = thing.read(run)
        cold = time.perf_counter() - start
        after, start = _blocks(), time.perf_counter()
        thing.read(run)
        warm = time.perf_counter() - start
    except StorageError as error:
        if error.transient:
            raise
        # One thing that cannot be read must not keep the others cold.
        nothing = (0, thing.what, 0.0, 0.0, None)
        return Warmed(thing.name, *nothing, gained=False, problem=str(error))
    disk = None if blocks is None or after is None else (after - blocks) // 2
    gained = bool(count) and cold - warm >= max(LEAST_GAIN_S, LEAST_SHARE * cold)
    serves: For = "this computer" if (disk or 0) >= FROM_DISK_KB else "this worker process"
    return Warmed(
        thing.name,
        count,
        thing.what,
        round(cold, 4),
        round(warm, 4),
        disk,
        gained,
        serves if gained else None,
    )


def _blocks() -> int | None:
    """Blocks of 512 bytes that this process has had read from disks."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_inblock


def _search(run: Run) -> int:
    """The pages of the index that usual searches read."""
    return sum(len(run.storage.search.find(words, None, 20)) for words in SEARCHES)


def _bars(run: Run) -> int:
    """Of the symbols that somebody watches: those with a forecast, else all."""
    market = run.storage.market
    watched = [one.subject for one in run.storage.forecasts.overview("price", limit=MOST_SYMBOLS)]
    symbols = watched or [one.symbol for one in market.symbols()][:MOST_SYMBOLS]
    start = _today() - BARS_BACK
    return sum(len(market.bars(symbol, start)) for symbol in symbols)


def _lists(run: Run) -> int:
    """The first rows of what the pages open with."""
    return (
        len(run.storage.documents.list(200))
        + len(run.storage.metrics.entities())
        + len(run.storage.anomalies.found(limit=200))
    )


def _models(run: Run) -> int:
    """The files of the versions in use: those of prices and metrics are parameters in a row."""
    models = run.storage.models
    return sum(
        len(models.artifact(one, 2**30))
        for kind in {group.kind for group in models.groups()}
        for one in models.champions(kind).values()
        if one.artifact_sha256
    )


def _scorer(run: Run) -> int:
    from worker_core.tasks.tone import in_use

    return len(in_use(run).scorer.score(["Revenue rose."]))


def _calendar(_run: Run) -> int:
    from worker_core.market.calendar import UnknownExchange, is_open

    try:
        is_open(datetime.now(UTC), settings.current().exchange)
    except UnknownExchange as error:
        log.warning("%s", error.args[0])
        return 0
    return 1


def _today() -> date:
    return datetime.now(UTC).date()


THINGS: Final = (
    _Thing("search index", "documents found", _search),
    _Thing("bars of watched symbols", "bars", _bars),
    _Thing("lists of the pages", "rows", _lists),
    _Thing("files of the models in use", "bytes", _models),
    _Thing("sentiment model", "sentence", _scorer),
    _Thing("trading calendar", "calendar", _calendar),
)
