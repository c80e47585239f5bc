"""Alert rules and alerts in the database, and what was measured."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from worker_core.operations.alert_judge import judge
from worker_core.storage import (
    AlertRuleEdit,
    AlertRuleRecord,
    ConditionRecord,
    Evaluated,
    Judgement,
    MeasureReading,
    NewTask,
    StorageError,
    TaskNote,
    TaskState,
    migrate,
)
from worker_core.storage.alert_rules import AlertRuleRepository
from worker_core.storage.alerts import AlertRepository
from worker_core.storage.engine import create_engine, reading, writing
from worker_core.storage.measurements import MeasurementRepository
from worker_core.storage.retention.alerts import AlertKeeper, MeasurementKeeper
from worker_core.storage.schema import (
    alert_clock,
    alert_conditions,
    alert_rules,
    alerts,
    measure_reads,
    measurements,
    tasks,
)
from worker_core.storage.tasks import TaskRepository

LONG = AlertRuleEdit("long", "queue_depth", 100, cooldown_s=0)


class Bench:
    """The repositories of one database, and readings of one measure."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rules = AlertRuleRepository(engine)
        self.alerts = AlertRepository(engine)
        self.measurements = MeasurementRepository(engine)

    def read(self, measure: str = "queue_depth", **values: float) -> Evaluated:
        return self.alerts.evaluate([MeasureReading(measure, values)], judge)

    def armed(self, edit: AlertRuleEdit = LONG) -> AlertRuleRecord:
        record = self.rules.add(edit, armed=True)
        assert record is not None
        return record

    def shift(self, by: timedelta) -> None:
        """As if all that was measured had been measured earlier."""
        with writing(self.engine) as connection:
            for table in (measurements,):
                rows = connection.execute(select(table)).all()
                for row in rows:
                    connection.execute(
                        update(table)
                        .where(table.c.subject == row.subject, table.c.since == row.since)
                        .values(since=row.since - by, until=row.until - by)
                    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database of each kind for the module, which takes longer to make than to empty."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('alerts') / 'afi.sqlite3'}"
        migrate.upgrade(url)
    else:
        url = request.getfixturevalue("postgresql").new_database("migrated")
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(kept_engine: Engine) -> Engine:
    with writing(kept_engine) as connection:
        for table in (alert_conditions, alerts, alert_rules, measurements, measure_reads, tasks):
            connection.execute(table.delete())
        connection.execute(alert_clock.update().values(revision=0, evaluated_at=None, seeded=False))
    return kept_engine


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)


def test_a_rule_comes_back_as_it_was_kept(bench: Bench) -> None:
    edit = AlertRuleEdit("näme", "runtime", 1.5, "a.*", "above", 60, 0.5, 30, "critical")
    record = bench.rules.add(edit, armed=False, who="ann")
    assert record is not None
    assert record.edit == edit
    assert (record.armed, record.version, record.changed_by) == (False, 1, "ann")
    assert bench.rules.get("näme") == record
    assert bench.rules.all() == (record,)


def test_a_name_is_given_once(bench: Bench) -> None:
    first = bench.armed()
    assert bench.rules.add(LONG) is None
    other = bench.armed(replace(LONG, name="other"))
    assert bench.rules.change(other, replace(LONG, threshold=5)) is None
    assert bench.rules.all() == (first, other)


def test_what_was_not_seen_is_not_written_over(bench: Bench) -> None:
    record = bench.armed()
    changed = bench.rules.change(record, replace(LONG, threshold=5), who="bob")
    assert changed is not None
    assert changed.version == 2
    assert changed.threshold == 5
    assert bench.rules.change(record, replace(LONG, threshold=9)) is None
    assert bench.rules.arm(record, armed=False) is None


def test_the_rules_that_come_with_the_program_are_put_there_once(bench: Bench) -> None:
    bench.rules.seed([(LONG, True), (replace(LONG, name="b"), False)])
    assert [rule.name for rule in bench.rules.all()] == ["b", "long"]
    assert bench.rules.remove(bench.rules.all()[0].id)
    bench.rules.seed([(LONG, True), (replace(LONG, name="b"), False)])
    assert [rule.name for rule in bench.rules.all()] == ["long"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_threshold_that_is_no_number_is_not_stored(bench: Bench, value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        bench.rules.add(replace(LONG, threshold=value))
    assert bench.rules.all() == ()


def test_an_alert_fires_is_seen_again_and_ends(bench: Bench) -> None:
    bench.armed()
    assert bench.read(forecasting=50).open == 0
    done = bench.read(forecasting=150, training=5)
    assert (done.fired, done.resolved, done.open) == (1, 0, 1)
    (alert,) = bench.alerts.open()
    assert (alert.rule_name, alert.subject, alert.state) == ("long", "forecasting", "firing")
    assert (alert.value, alert.threshold, alert.worst) == (150, 100, 150)
    bench.read(forecasting=180)
    bench.read(forecasting=130)
    (later,) = bench.alerts.open()
    assert (later.id, later.value, later.worst) == (alert.id, 130, 180)
    assert later.last_seen > alert.last_seen
    assert later.fired_at == alert.fired_at
    assert bench.read(forecasting=20).resolved == 1
    assert bench.alerts.open() == ()
    (over,) = bench.alerts.settled()
    assert (over.id, over.state, over.value) == (alert.id, "resolved", 20)
    assert over.resolved_at is not None
    assert over.resolved_why == "It is over."


def test_two_evaluations_of_the_same_make_one_alert(bench: Bench, engine: Engine) -> None:
    bench.armed()
    other = Bench(engine)
    assert bench.read(q=150).fired == 1
    assert other.read(q=150).fired == 0
    assert len(bench.alerts.open()) == 1


def test_an_open_alert_stands_once_even_if_its_condition_is_forgotten(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150)
    with writing(bench.engine) as connection:
        connection.execute(alert_conditions.delete())
    assert bench.read(q=150).fired == 0
    assert bench.alerts.counts() == {"firing": 1}


def test_a_measure_that_cannot_be_read_is_neither_fine_nor_firing(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150)
    failed = MeasureReading("queue_depth", {}, "The broker does not answer.")
    first = bench.alerts.evaluate([failed], judge)
    assert (first.fired, first.resolved, first.open) == (0, 0, 1)
    read = bench.measurements.reads()["queue_depth"]
    assert read.problem == "The broker does not answer."
    assert read.problem_since == first.at
    assert read.read_at is not None
    assert read.read_at < first.at
    bench.alerts.evaluate([failed], judge)
    assert bench.measurements.reads()["queue_depth"].problem_since == first.at
    bench.read(q=150)
    assert bench.measurements.reads()["queue_depth"].problem is None


def test_people_settle_alerts_and_take_it_back(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150, r=150)
    one, two = sorted(bench.alerts.open(), key=lambda alert: alert.subject)
    assert bench.alerts.acknowledge([one.id, 9_999_999], who="ann") == 1
    until = datetime.now(UTC) + timedelta(hours=1)
    assert bench.alerts.snooze([two.id], until, who="bob") == 1
    assert bench.alerts.counts() == {"acknowledged": 1, "snoozed": 1}
    bench.read(q=160, r=160)
    seen = {alert.subject: alert for alert in bench.alerts.open()}
    assert seen["q"].state == "acknowledged"
    assert seen["q"].acted_by == "ann"
    assert seen["q"].value == 160
    assert seen["r"].snoozed_until == until
    assert bench.alerts.reopen([one.id, two.id], who="ann") == 2
    assert bench.alerts.counts() == {"firing": 2}
    bench.read(q=0, r=0)
    assert bench.alerts.acknowledge([one.id], who="ann") == 0


def test_a_snoozed_alert_fires_again_when_its_time_is_over(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150)
    (alert,) = bench.alerts.open()
    bench.alerts.snooze([alert.id], datetime.now(UTC) - timedelta(seconds=1), who="ann")
    assert bench.read(q=150).woken == 1
    assert bench.alerts.counts() == {"firing": 1}


def test_what_fires_by_a_rule_is_settled_with_it(bench: Bench) -> None:
    record = bench.armed()
    bench.read(q=150)
    disarmed = bench.rules.arm(record, armed=False, who="ann")
    assert disarmed is not None
    (over,) = bench.alerts.settled()
    assert over.resolved_why == "Its rule was disarmed."
    assert bench.read(q=150).fired == 0
    armed = bench.rules.arm(disarmed, armed=True)
    assert armed is not None
    assert bench.read(q=150).fired == 1
    moved = bench.rules.change(armed, replace(LONG, subject="z*"))
    assert moved is not None
    assert bench.alerts.counts() == {}
    bench.read(z1=150)
    assert bench.rules.remove(moved.id)
    assert not bench.rules.remove(moved.id)
    assert bench.alerts.settled()[0].resolved_why == "Its rule was removed."
    with reading(bench.engine) as connection:
        assert connection.execute(select(alert_conditions)).all() == []


def test_a_changed_threshold_is_that_of_what_fires(bench: Bench) -> None:
    record = bench.armed()
    bench.read(q=150)
    bench.rules.change(record, replace(LONG, name="longer", threshold=140, severity="critical"))
    (alert,) = bench.alerts.open()
    assert (alert.rule_name, alert.threshold, alert.severity) == ("longer", 140, "critical")
    assert bench.read(q=130).resolved == 1


def test_only_what_has_changed_is_read_again(bench: Bench) -> None:
    bench.armed()
    first = bench.alerts.changes()
    assert first.evaluated_at is None
    assert first.rules is not None
    bench.read(q=150, r=150)
    told = bench.alerts.changes(first.revision)
    assert {alert.subject for alert in told.alerts} == {"q", "r"}
    assert told.counts == {"firing": 2}
    assert told.evaluated_at is not None
    again = bench.alerts.changes(told.revision)
    assert (again.revision, again.alerts, again.rules) == (told.revision, (), None)
    bench.alerts.acknowledge([told.alerts[0].id], who="ann")
    changed = bench.alerts.changes(told.revision)
    assert [alert.id for alert in changed.alerts] == [told.alerts[0].id]


def test_a_quiet_evaluation_changes_nothing_but_its_time(bench: Bench) -> None:
    bench.armed()
    bench.read(q=1)
    before = bench.alerts.changes()
    bench.read(q=2)
    after = bench.alerts.changes(before.revision)
    assert after.revision == before.revision
    assert after.evaluated_at is not None
    assert before.evaluated_at is not None
    assert after.evaluated_at > before.evaluated_at


def test_thousands_of_alerts_are_told_in_parts_without_losing_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.armed()
    subjects = {f"S{n:04}": 150.0 for n in range(2500)}
    done = bench.alerts.evaluate([MeasureReading("queue_depth", subjects)], judge)
    assert done.fired == 2500
    start = bench.alerts.changes().revision
    for alert in bench.alerts.open()[:30]:
        bench.alerts.acknowledge([alert.id], who="ann")
    monkeypatch.setattr("worker_core.storage.alerts.MOST_AT_ONCE", 8)
    seen: set[int] = set()
    more = True
    while more:
        told = bench.alerts.changes(start)
        assert told.revision > start
        seen |= {alert.id for alert in told.alerts}
        start, more = told.revision, told.more
    assert len(seen) == 30
    assert bench.alerts.counts() == {"firing": 2470, "acknowledged": 30}


def test_more_alerts_than_are_told_at_once_that_changed_together_are_all_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.armed()
    subjects = {f"S{n}": 150.0 for n in range(20)}
    bench.alerts.evaluate([MeasureReading("queue_depth", subjects)], judge)
    start = bench.alerts.changes().revision
    together, later = bench.alerts.open()[:12], bench.alerts.open()[12:15]
    bench.alerts.acknowledge([alert.id for alert in together], who="ann")
    bench.alerts.acknowledge([alert.id for alert in later], who="ann")
    monkeypatch.setattr("worker_core.storage.alerts.MOST_AT_ONCE", 8)
    first = bench.alerts.changes(start)
    assert {alert.id for alert in first.alerts} == {alert.id for alert in together}
    assert first.more
    second = bench.alerts.changes(first.revision)
    assert {alert.id for alert in second.alerts} == {alert.id for alert in later}
    assert not second.more


def test_hostile_names_are_kept_as_text(bench: Bench) -> None:
    bench.armed(replace(LONG, name="'; DROP TABLE alerts; --", subject="*"))
    names = {"'; DROP TABLE tasks; --": 150.0, "a\x00b": 150.0, "<b>x</b>": 150.0, "y" * 400: 150.0}
    done = bench.alerts.evaluate([MeasureReading("queue_depth", names)], judge)
    assert done.fired == 4
    found = {alert.subject for alert in bench.alerts.open()}
    assert "a b" in found
    assert max(map(len, found)) == 155


def test_a_value_that_stays_is_one_row_whose_end_moves(bench: Bench) -> None:
    for value in (5, 5, 5, 7, 7, 5):
        bench.read(q=value)
    rows = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(hours=1))["q"]
    assert [row.value for row in rows] == [5, 7, 5]
    assert rows[0].since < rows[0].until < rows[1].since
    assert bench.measurements.subjects("queue_depth") == ("q",)


def test_a_value_after_a_gap_is_a_row_of_its_own(bench: Bench) -> None:
    bench.read(q=5)
    bench.shift(timedelta(minutes=20))
    bench.read(q=5)
    rows = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(hours=1))["q"]
    assert len(rows) == 2


def test_measurements_of_a_time_that_has_not_come_are_taken_away(bench: Bench) -> None:
    bench.read(q=5, r=6)
    bench.shift(timedelta(hours=-3))
    bench.read(q=7)
    now = bench.measurements.now()
    found = bench.measurements.history("queue_depth", now - timedelta(hours=1))
    assert [row.value for row in found["q"]] == [7]
    assert all(row.until <= now + timedelta(seconds=5) for rows in found.values() for row in rows)


def test_a_subject_that_is_absent_has_none_of_what_is_counted(bench: Bench) -> None:
    bench.armed(AlertRuleEdit("bad", "quality_findings", 0, cooldown_s=0))

    def read(**values: float) -> Evaluated:
        one = MeasureReading("quality_findings", values, absent=0.0, max_gap_s=2430)
        return bench.alerts.evaluate([one], judge)

    assert read(AAPL=3).fired == 1
    assert read().resolved == 1
    rows = bench.measurements.history("quality_findings", datetime.now(UTC) - timedelta(hours=1))
    assert [row.value for row in rows["AAPL"]] == [3, 0]


def test_what_is_old_is_removed_and_what_lasts_is_not(bench: Bench) -> None:
    bench.armed()
    bench.read(q=150, r=1)
    bench.read(q=0)
    bench.read(q=150)
    bench.shift(timedelta(days=20))
    bench.read(q=150)
    bench.alerts.evaluate([], judge, keep_days=14)
    found = bench.measurements.history("queue_depth", datetime.now(UTC) - timedelta(days=99))
    assert {name: len(rows) for name, rows in found.items()} == {"q": 1}
    soon = datetime.now(UTC) + timedelta(minutes=1)
    keeper = AlertKeeper(bench.engine)
    assert keeper.removable(soon).count == 1
    assert keeper.remove(soon).count == 1
    assert len(bench.alerts.open()) == 1
    assert bench.alerts.settled() == ()
    assert MeasurementKeeper(bench.engine).remove(soon).count == 1


def test_a_judge_that_fails_leaves_everything_as_it_was(bench: Bench) -> None:
    bench.armed()

    def broken(*_: object) -> Judgement:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        bench.alerts.evaluate([MeasureReading("queue_depth", {"q": 150})], broken)
    assert bench.measurements.subjects("queue_depth") == ()
    assert bench.alerts.changes().evaluated_at is None


def test_conditions_are_kept_between_evaluations(bench: Bench) -> None:
    bench.armed(replace(LONG, for_s=3600))
    bench.read(q=150)
    with reading(bench.engine) as connection:
        row = connection.execute(select(alert_conditions)).one()
    record = ConditionRecord(**row._mapping)
    assert record.subject == "q"
    assert record.holding_since == record.last_at
    assert record.firing_since is None
    bench.read(q=5)
    with reading(bench.engine) as connection:
        assert connection.execute(select(alert_conditions)).all() == []


def test_failures_and_run_times_come_from_the_ledger(bench: Bench) -> None:
    ledger = TaskRepository(bench.engine)
    now = datetime.now(UTC)
    for place in range(4):
        task_id = f"t{place}"
        ledger.add(NewTask(task_id, "q.task", "q", {}))
        begun = now - timedelta(seconds=10)
        ledger.note([TaskNote(task_id, "running", begun, 1)])
        state: TaskState = "failed" if place == 0 else "succeeded"
        ledger.note([TaskNote(task_id, state, begun + timedelta(seconds=place), 1)])
    since = now - timedelta(minutes=15)
    assert bench.measurements.ended(since) == {"q.task": (4, 1)}
    assert sorted(bench.measurements.runtimes(since)["q.task"]) == [1, 2, 3]
    assert bench.measurements.ended(now + timedelta(minutes=1)) == {}


def test_a_database_that_is_gone_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "afi.sqlite3").mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / 'afi.sqlite3'}")
    with pytest.raises(StorageError):
        AlertRepository(engine).changes()
    engine.dispose()


def test_alerts_that_are_over_are_told_newest_first_and_not_all(bench: Bench) -> None:
    bench.armed()
    for _ in range(4):
        bench.read(q=150)
        bench.read(q=0)
    assert len(bench.alerts.settled()) == 4
    ids = [alert.id for alert in bench.alerts.settled(2)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 2
    with reading(bench.engine) as connection:
        assert len(connection.execute(select(alerts)).all()) == 4
