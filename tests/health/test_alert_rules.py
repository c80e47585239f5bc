"""What alert rules say, and which are refused."""

import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.health.alert_defaults import DEFAULTS
from worker_core.health.alert_measures import ALL, MEASURES, amount, span
from worker_core.health.alert_rules import Rule, RuleRefused, checked

DEPTH: dict[str, Any] = {"name": "long", "measure": "queue_depth", "threshold": 100}


def refused(**values: Any) -> dict[str, str]:
    with pytest.raises(RuleRefused) as error:
        checked(DEPTH | values)
    return dict(error.value.fields)


def test_a_rule_reads_as_one_sentence() -> None:
    assert checked(DEPTH).words == "Queue depth of * above 100 messages"
    rule = checked(DEPTH | {"subject": "forecasting", "for_s": 300})
    assert rule.words == "Queue depth of forecasting above 100 messages for 5 min"
    share = Rule("few", "forecast_coverage", 0.65, subject=ALL, comparison="below")
    assert share.words == "Forecast coverage below 65 %"


def test_the_rules_that_come_with_the_program_can_be_used() -> None:
    names = [rule.name for rule, _ in DEFAULTS]
    assert len(set(names)) == len(names)
    assert {rule.measure for rule, _ in DEFAULTS} == set(MEASURES)
    for rule, _ in DEFAULTS:
        assert checked(asdict(rule)) == rule


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, "7", None, True, []])
@pytest.mark.parametrize("field", ["threshold", "for_s", "hysteresis", "cooldown_s"])
def test_what_is_no_finite_number_is_refused_by_its_field(field: str, value: Any) -> None:
    assert list(refused(**{field: value})) == [field]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("threshold", -1, "Queue depth is never below 0."),
        ("threshold", 1e13, "The threshold is too large."),
        ("for_s", -1, "The duration is between 0 s and 7 days."),
        ("for_s", 8 * 86_400, "The duration is between 0 s and 7 days."),
        ("cooldown_s", 31 * 86_400, "The pause is between 0 s and 30 days."),
        ("hysteresis", 101, "would never end"),
        ("measure", "weather", "The measure is one of"),
        ("measure", ["queue_depth"], "The measure is one of"),
        ("comparison", "beside", "The comparison is one of above, below."),
        ("severity", "panic", "The severity is one of"),
        ("name", "  ", "The name is missing."),
        ("name", "x" * 81, "longer than 80"),
        ("name", "a\x00b", "cannot be shown"),
        ("name", "abc\u202edef", "cannot be shown"),
        ("subject", "y" * 156, "longer than 155"),
        ("colour", "red", "A rule has no 'colour'."),
    ],
)
def test_what_cannot_be_used_is_said_in_plain_words(field: str, value: Any, words: str) -> None:
    assert words in refused(**{field: value})[field]


def test_a_share_is_between_nothing_and_all_and_can_be_reached() -> None:
    share = {"measure": "failure_share", "subject": ALL}
    assert "between 0 and 100 %" in refused(**share, threshold=20)["threshold"]
    assert "never above 100 %" in refused(**share, threshold=1)["threshold"]
    assert "never below 0 %" in refused(**share, threshold=0, comparison="below")["threshold"]
    far = refused(**share, threshold=0.9, comparison="below", hysteresis=0.2)
    assert far["hysteresis"] == "It would have to come back above 100 %."


def test_a_measure_of_the_whole_system_takes_no_subject() -> None:
    fields = refused(measure="silent_workers", subject="celery@a")
    assert "whole system" in fields["subject"]


def test_every_fault_is_named_at_once() -> None:
    assert set(refused(threshold=None, severity=1, name="")) == {"threshold", "severity", "name"}


def test_wildcards_match_text_and_nothing_else_has_a_meaning() -> None:
    rule = Rule("r", "queue_depth", 1, subject="fore*")
    assert rule.matches("forecasting")
    assert rule.matches("fore")
    assert not rule.matches("before")
    assert Rule("r", "queue_depth", 1, subject="q?").matches("q1")
    assert not Rule("r", "queue_depth", 1, subject="q?").matches("q12")
    odd = Rule("r", "queue_depth", 1, subject="a.[b](c)+^$\\d")
    assert odd.matches("a.[b](c)+^$\\d")
    assert not odd.matches("aXb")


def test_what_is_measured_over_everything_is_not_one_of_many() -> None:
    assert not Rule("r", "failure_share", 0.5).matches(ALL)
    assert Rule("r", "failure_share", 0.5, subject=ALL).matches(ALL)
    assert not Rule("r", "failure_share", 0.5, subject=ALL).matches("a.task")
    assert Rule("r", "silent_workers", 0).matches(ALL)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_subject_can_break_a_pattern(pattern: str, subject: str) -> None:
    rule = Rule("r", "queue_depth", 1, subject=pattern)
    assert isinstance(rule.matches(subject), bool)
    assert rule.matches(pattern)
    assert Rule("r", "queue_depth", 1).matches(subject) == (subject != ALL)


def test_a_pattern_of_many_stars_is_matched_at_once() -> None:
    rule = Rule("r", "queue_depth", 1, subject="*" * 154 + "z")
    assert not rule.matches("a" * 155)


def test_amounts_are_in_the_words_of_their_measure() -> None:
    assert amount(1, "workers") == "1 worker"
    assert amount(3, "anomalies") == "3 anomalies"
    assert amount(1, "anomalies") == "1 anomaly"
    assert amount(0.125, "share") == "12 %"
    assert amount(240, "seconds") == "4 min"
    assert span(90_000) == "1 d"
    assert span(5400) == "1.5 h"
    assert span(0.25) == "0.2 s"
