"""Alert rules in the database, and what becomes of alerts when their rule is changed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.storage.alerts.bench import LONG, Bench
from worker_core.storage import (
    AlertRuleEdit,
)
from worker_core.storage.engine import reading
from worker_core.storage.schema import (
    alert_conditions,
)


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
