"""Alerts fire, are seen again, are settled and end; who follows them misses none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.storage.alerts.bench import LONG, Bench
from worker_core.operations.alert_judge import judge
from worker_core.storage import (
    ConditionRecord,
    Judgement,
    MeasureReading,
    StorageError,
)
from worker_core.storage.alerts import AlertRepository
from worker_core.storage.engine import create_engine, reading, writing
from worker_core.storage.schema import (
    alert_conditions,
    alerts,
)


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


def test_when_a_measure_was_read_is_told_where_nothing_else_changed(bench: Bench) -> None:
    bench.armed()
    bench.read(q=1)
    before = bench.alerts.changes()
    bench.read(q=1)
    after = bench.alerts.changes(before.revision)
    assert after.rules is None
    assert [one.measure for one in after.reads] == ["queue_depth"]
    then, now = before.reads[0].read_at, after.reads[0].read_at
    assert then is not None
    assert now is not None
    assert now > then


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
