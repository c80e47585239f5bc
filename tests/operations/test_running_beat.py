"""One scheduler that runs, and what it makes of changes, of the clock and of the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.operations.conftest import Until
from tests.operations.schedulers import (
    EDIT,
    SECOND,
    Beat,
    beats,
    brokers,
    due,
    plan,
    runs,
    settings_in,
)
from worker_core.market.calendar import is_open
from worker_core.operations import queues, schedule
from worker_core.operations.connection import client
from worker_core.operations.ledger import kept_schedule, ledger
from worker_core.settings import Settings

pytestmark = pytest.mark.slow

# Thirteen hours' runs were due, and the next is most of an hour away.
MISSED_FOR = timedelta(hours=12, minutes=6)


class Running(NamedTuple):
    settings: Settings
    beat: Beat
    planned_at: datetime


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, bundled: Path) -> Iterator[Running]:
    """A scheduler over entries that were planned while none ran; stopped as a supervisor does."""
    folder = tmp_path_factory.mktemp("beat")
    with settings_in(folder / "data of “Ü”") as settings:
        schedule.add("late", replace(EDIT, expression="3600"))
        now = plan(settings, "late", -MISSED_FOR)
        schedule.add("far", EDIT)
        plan(settings, "far", timedelta(days=1))
        schedule.add("hours", replace(EDIT, market_hours=True))
        with (
            brokers(bundled, settings.broker_url or "", folder) as server,
            beats(folder) as start,
        ):
            server()
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("AFI_SWEEP_EVERY_S", "0.5")
                beat = start()
            yield Running(settings, beat, now)
            beat.stopped()


def test_it_follows_changes_while_it_runs(running: Running, until: Until) -> None:
    settings = running.settings
    schedule.add("tick", EDIT)
    schedule.add("other", EDIT)
    until(lambda: runs(settings), "a run of the new entry")
    schedule.edit("tick", {"arguments": {"document": "cd" * 32}})
    until(lambda: runs(settings)[-1].arguments == {"document": "cd" * 32}, "the new arguments")
    schedule.disable("tick")
    before, others = len(runs(settings)), len(runs(settings, "other"))
    until(lambda: len(runs(settings, "other")) >= others + 3, "runs of the other")
    assert len(runs(settings)) == before
    schedule.enable("tick")
    until(lambda: len(runs(settings)) > before, "a run of the enabled entry")
    schedule.remove("tick")
    before, others = len(runs(settings)), len(runs(settings, "other"))
    until(lambda: len(runs(settings, "other")) >= others + 3, "runs of the other")
    assert len(runs(settings)) == before
    schedule.remove("other")


def test_what_was_missed_while_none_ran_is_counted_and_started_once(
    running: Running, until: Until
) -> None:
    until(lambda: runs(running.settings, "late"), "a run")
    entry = schedule.entry("late")
    (row,) = runs(running.settings, "late")
    assert entry.missed >= 12
    assert entry.missed_since == running.planned_at - MISSED_FOR
    assert entry.last_missed_at == due(row) - timedelta(hours=1)
    assert f"late: {entry.missed} runs were missed" in running.beat.log()


def test_a_clock_that_was_set_back_stops_nothing(running: Running, until: Until) -> None:
    """The next run then seems to be far away."""
    until(lambda: len(runs(running.settings, "far")) >= 2, "runs")
    rows = runs(running.settings, "far")
    assert (due(rows[-1]) - due(rows[0])) / SECOND >= len(rows) - 1


def test_a_locked_database_is_waited_for(running: Running, until: Until) -> None:
    settings = running.settings
    schedule.add("patient", EDIT)
    until(lambda: runs(settings, "patient"), "a run")
    with closing(sqlite3.connect(settings.data_dir / "afi.sqlite3", timeout=30)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN IMMEDIATE")
        before = len(runs(settings, "patient"))
        until(lambda: _lateness(settings, "patient") > 4, "some seconds without a run")
        assert len(runs(settings, "patient")) == before
        holder.execute("ROLLBACK")
    until(lambda: len(runs(settings, "patient")) >= before + 3, "runs after the lock")
    schedule.disable("patient")
    entry, rows = schedule.entry("patient"), runs(settings, "patient")
    assert entry.missed >= 2
    assert (due(rows[-1]) - due(rows[0])) / SECOND + 1 >= len(rows)


def _lateness(settings: Settings, name: str) -> float:
    with kept_schedule(settings) as kept:
        record, now = kept.get(name)
    assert record is not None
    assert record.next_run is not None
    return (now - record.next_run).total_seconds()


def test_the_sweep_is_sent_without_a_row_and_expires(running: Running, until: Until) -> None:
    with client(running.settings.broker_url or "") as redis:
        (message, *_) = until(lambda: queues.peek(redis, "monitoring"), "a sweep's message")
    assert message.name == "afi.sweep"
    with ledger(running.settings) as tasks:
        assert tasks.get(str(message.task_id)) is None
    assert schedule.entry("sweep").text == "every 0.5 s"


def test_outside_trading_hours_a_run_is_skipped_with_the_reason(
    running: Running, until: Until
) -> None:
    def decided() -> bool:
        entry = schedule.entry("hours")
        return entry.skipped_at is not None or entry.last_run is not None

    until(decided, "a run, or a reason for none")
    entry = schedule.disable("hours")
    if entry.last_run is not None:
        assert is_open(entry.last_run)
    if entry.skipped_at is not None:
        assert not is_open(entry.skipped_at)
        assert entry.skipped_why == "market closed"
        started = runs(running.settings, "hours")
        assert entry.last_run is not None or (entry.missed, started) == (0, [])
