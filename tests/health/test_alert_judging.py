"""How rules judge, live and against history."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core.health.alert_judging import LAPSE_S, Condition, Happening, Reading, lapse, step
from worker_core.health.alert_measures import ALL
from worker_core.health.alert_rules import Rule
from worker_core.health.alert_trial import WEEK_S, Trial, would_have_fired

T = 1_800_000_000.0
RULE = Rule("long", "queue_depth", 100, for_s=120, hysteresis=20, cooldown_s=600)


def minutes(*values: float, start: float = T) -> list[Reading]:
    return [
        Reading(start + 60 * place, start + 60 * place, value) for place, value in enumerate(values)
    ]


def run(rule: Rule, readings: list[Reading]) -> tuple[Condition, list[Happening]]:
    condition, happened = Condition(), list[Happening]()
    for reading in readings:
        condition, new = step(rule, condition, reading)
        happened += new
    return condition, happened


def kinds(happened: list[Happening]) -> list[tuple[str, float]]:
    return [(one.kind, (one.at - T) / 60) for one in happened]


def test_it_fires_once_the_value_has_been_beyond_the_threshold_for_long_enough() -> None:
    condition, happened = run(RULE, minutes(50, 150, 150, 150, 150))
    assert kinds(happened) == [("fired", 3)]
    assert happened[0].since == T + 60
    assert condition.firing_since == T + 180


def test_the_threshold_itself_is_not_beyond_it() -> None:
    assert run(RULE, minutes(100, 100, 100, 100))[1] == []
    below = Rule("few", "forecast_coverage", 0.5, comparison="below")
    assert run(below, minutes(0.5))[1] == []
    assert kinds(run(below, minutes(0.49))[1]) == [("fired", 0)]


def test_a_short_peak_fires_nothing() -> None:
    assert run(RULE, minutes(150, 150, 50, 150, 150, 50))[1] == []


def test_it_ends_only_when_the_value_has_come_back_far_enough() -> None:
    _, happened = run(RULE, minutes(150, 150, 150, 99, 81, 80, 150))
    assert kinds(happened) == [("fired", 2), ("ended", 5)]


def test_it_does_not_fire_again_within_the_pause() -> None:
    _, happened = run(RULE, minutes(150, 150, 150, 0, *[150] * 12))
    assert kinds(happened) == [("fired", 2), ("ended", 3), ("fired", 13)]


def test_without_a_duration_and_a_pause_it_follows_the_value() -> None:
    rule = replace(RULE, for_s=0, hysteresis=0, cooldown_s=0)
    _, happened = run(rule, minutes(150, 0, 150, 0))
    assert kinds(happened) == [("fired", 0), ("ended", 1), ("fired", 2), ("ended", 3)]


def test_the_same_reading_again_changes_nothing() -> None:
    readings = minutes(50, 150, 150, 150, 10)
    twice = [one for reading in readings for one in (reading, reading)]
    assert run(RULE, twice) == run(RULE, readings)


def test_an_older_reading_that_comes_late_changes_nothing() -> None:
    condition, _ = run(RULE, minutes(150, 150, 150))
    assert step(RULE, condition, Reading(T + 60, T + 60, 0)) == (condition, ())


def test_what_held_before_nobody_looked_is_not_said_to_have_lasted() -> None:
    readings = [*minutes(150, 150), *minutes(150, 150, 150, start=T + 3600)]
    _, happened = run(RULE, readings)
    assert kinds(happened) == [("fired", 62)]


def test_a_value_that_is_no_number_neither_fires_nor_ends_anything() -> None:
    condition, _ = run(RULE, minutes(150, 150, 150))
    for value in (math.nan, math.inf, -math.inf):
        assert step(RULE, condition, Reading(T + 240, T + 240, value)) == (condition, ())
        assert step(RULE, Condition(), Reading(T, T, value)) == (Condition(), ())


def test_a_clock_that_is_set_back_neither_fires_by_itself_nor_silences() -> None:
    waiting, _ = run(RULE, minutes(150, 150))
    back = [replace(one, since=one.since - 7200, until=one.until - 7200) for one in minutes(150)]
    condition, happened = step(RULE, waiting, back[0])
    assert happened == ()
    assert condition.holding_since == T - 7200
    firing, _ = run(RULE, minutes(150, 150, 150))
    condition, happened = step(RULE, firing, back[0])
    assert happened == ()
    assert condition.firing_since == T - 7200
    condition, happened = step(RULE, condition, Reading(T - 7140, T - 7140, 0))
    assert [one.kind for one in happened] == ["ended"]
    quiet, _ = run(RULE, minutes(150, 150, 150, 0))
    condition, _ = step(RULE, quiet, back[0])
    assert condition.quiet_until == T - 7200 + RULE.cooldown_s


def test_an_alert_ends_when_nothing_is_measured_any_more() -> None:
    condition, _ = run(RULE, minutes(150, 150, 150))
    assert lapse(RULE, condition, T + 180 + LAPSE_S - 61) == (condition, ())
    after, happened = lapse(RULE, condition, T + 180 + LAPSE_S)
    assert [one.kind for one in happened] == ["lapsed"]
    assert happened[0].at == T + 120 + LAPSE_S
    assert after.firing_since is None


def test_what_is_idle_can_be_forgotten() -> None:
    condition, _ = run(RULE, minutes(150, 50))
    assert condition.idle
    over, _ = run(RULE, minutes(150, 150, 150, 0))
    assert not over.idle
    assert lapse(RULE, over, T + 86_400)[0].idle


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0, 200)), max_size=60),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 100),
)
def test_firing_and_ending_take_turns_in_the_order_of_time(
    rows: list[tuple[int, float]], for_s: int, cooldown_s: int, hysteresis: int
) -> None:
    rule = replace(
        RULE, for_s=float(for_s), cooldown_s=float(cooldown_s), hysteresis=float(hysteresis)
    )
    at, readings = T, []
    for gap, value in rows:
        at += gap
        readings.append(Reading(at, at, value))
    condition, happened = run(rule, readings)
    assert [one.kind for one in happened] == ["fired", "ended"] * (len(happened) // 2) + [
        "fired"
    ] * (len(happened) % 2)
    assert [one.at for one in happened] == sorted(one.at for one in happened)
    assert (condition.firing_since is not None) == bool(len(happened) % 2)
    for fired, ended in zip(happened[::2], happened[1::2], strict=False):
        assert fired.value > rule.threshold
        assert fired.at - fired.since >= for_s
        assert ended.value <= rule.threshold - hysteresis
    for ended, fired in zip(happened[1::2], happened[2::2], strict=False):
        assert fired.at >= ended.at + cooldown_s


def tried(rule: Rule, *values: float, now: float | None = None) -> Trial:
    readings = minutes(*values)
    return would_have_fired(rule, {"forecasting": readings}, now=now or readings[-1].until)


def test_a_trial_says_how_often_it_would_have_fired_and_for_how_long() -> None:
    rule = replace(RULE, for_s=0, hysteresis=0, cooldown_s=0)
    trial = tried(rule, 0, 150, 150, 0, 160, 170, 150, 150, 0, 150, 0, 0)
    assert trial.times == (T + 60, T + 240, T + 540)
    assert "Would have fired 3 times last week; never for longer than 4 min." in trial.words
    assert [firing.worst for firing in trial.firings] == [150, 170, 150]
    assert "Only 11 min of that time was measured." in trial.words


def test_a_trial_that_fires_never_says_how_near_it_came() -> None:
    trial = tried(RULE, 10, 90, 20)
    assert trial.times == ()
    assert "Would not have fired last week; the highest was 90 messages." in trial.words


def test_a_trial_over_nothing_says_so() -> None:
    trial = would_have_fired(RULE, {}, now=T)
    assert trial.extreme is None
    assert trial.times == ()
    assert "cannot be tried" in trial.words
    other = would_have_fired(replace(RULE, subject="x"), {"y": minutes(500)}, now=T)
    assert other.subjects == 0
    assert "cannot be tried" in other.words


def test_a_trial_tells_of_what_would_fire_now() -> None:
    trial = tried(RULE, 150, 150, 150, 150)
    assert "Would have fired once last week; and would be firing now, 1 min by now." in trial.words
    assert trial.firings[0].ended is None


def test_a_run_of_one_value_is_judged_within_itself() -> None:
    whole = would_have_fired(RULE, {"q": [Reading(T, T + 7200, 150)]}, now=T + 7200)
    assert whole.times == (T + 120,)
    assert whole.covered_s == 7200


def test_readings_a_minute_apart_cover_the_time_between_them_and_longer_gaps_do_not() -> None:
    readings = [*minutes(1, 2, 3), *minutes(4, 5, start=T + 3600)]
    assert would_have_fired(RULE, {"q": readings}, now=T + 3660).covered_s == 180
    both = {"q": minutes(1, 2, 3), "r": minutes(1, 2, 3, start=T + 60)}
    assert would_have_fired(RULE, both, now=T + 180).covered_s == 180


def test_a_trial_looks_no_further_back_than_asked() -> None:
    old = minutes(150, 150, 150, start=T - 2 * WEEK_S)
    assert would_have_fired(RULE, {"q": old}, now=T).extreme is None


def test_each_subject_is_tried_alone() -> None:
    rule = Rule("r", "failure_share", 0.5, cooldown_s=0)
    history = {"a.b": minutes(0.9, 0.1), "a.c": minutes(0.1, 0.9), ALL: minutes(0.9, 0.9)}
    trial = would_have_fired(rule, history, now=T + 60)
    assert [(one.subject, one.at) for one in trial.firings] == [("a.b", T), ("a.c", T + 60)]
    assert "for 2 of 2 subjects" in trial.words


@given(
    st.lists(st.sampled_from([0.0, 90.0, 150.0]), min_size=1, max_size=80),
    st.sampled_from([0.0, 60.0, 150.0, 300.0]),
    st.sampled_from([0.0, 120.0, 600.0]),
)
def test_a_trial_finds_what_judging_would_have_found(
    values: list[float], for_s: float, cooldown_s: float
) -> None:
    rule = replace(RULE, for_s=for_s, cooldown_s=cooldown_s, hysteresis=0.0)
    _, happened = run(rule, minutes(*values))
    trial = tried(rule, *values)
    assert trial.times == tuple(one.at for one in happened if one.kind == "fired")


def test_thousands_of_subjects_are_tried_within_one_call() -> None:
    history = {f"S{n}": minutes(*[n % 200] * 10) for n in range(3000)}
    trial = would_have_fired(RULE, history, now=T + 600)
    assert trial.subjects == 3000
    assert len(trial.firings) == sum(1 for n in range(3000) if n % 200 > 100)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_history_with_what_is_no_number_is_tried_by_the_rest(value: float) -> None:
    trial = tried(RULE, value, 150, 150, 150, value)
    assert trial.times == (T + 180,)
    assert trial.extreme == 150
