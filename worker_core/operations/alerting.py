"""One evaluation of the alert rules: read, keep, judge, note. It may run twice, or at two places at
once: one after the other then, and the second finds nothing left to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from worker_core.health.alert_defaults import DEFAULTS
from worker_core.operations.alert_judge import edit_of, judge
from worker_core.operations.ledger import stored
from worker_core.operations.measuring import read_measures
from worker_core.settings import Settings, current
from worker_core.storage import Evaluated, MeasureReading, Storage

log = logging.getLogger(__name__)


def process(storage: Storage, settings: Settings) -> tuple[Evaluated, dict[str, str]]:
    """What was done, and the measures that could not be read, with why.

    Raises:
        StorageError: the database cannot be used; nothing was changed then.
    """
    seed(storage)
    readings: list[MeasureReading] = read_measures(storage, settings)
    done = storage.alerts.evaluate(readings, judge, keep_days=settings.keep_measurements_days)
    problems = {one.measure: one.problem for one in readings if one.problem is not None}
    for measure, problem in problems.items():
        log.warning("%s could not be read, so that its rules are not judged: %s", measure, problem)
    if done.fired:
        log.warning("%d alerts fired, %d are open", done.fired, done.open)
    return done, problems


def seed(storage: Storage) -> None:
    """See that a new database has the rules that come with the program."""
    storage.alert_rules.seed((edit_of(rule), armed) for rule, armed in DEFAULTS)


@contextmanager
def alert_store(settings: Settings | None) -> Iterator[Storage]:
    """The settings' database, with the rules that come with the program.

    Raises:
        LedgerUnavailable: it cannot be used.
    """
    with stored(settings or current()) as storage:
        seed(storage)
        yield storage
