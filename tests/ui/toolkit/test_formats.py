import math
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui import formats

NUMBERS = (
    formats.duration,
    formats.age,
    formats.count,
    formats.compact,
    formats.size,
    formats.rate,
    formats.percent,
)
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
BYTES = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "ms": 1e-3, "µs": 1e-6}


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_not_known_is_a_dash(value: float | None) -> None:
    assert {write(value) for write in NUMBERS} == {formats.NOTHING}


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_no_number_is_without_words(value: float) -> None:
    assert all(write(value) for write in NUMBERS)


def read_duration(text: str) -> float:
    parts = re.findall(r"([\d.]+) ?([a-zµ]+)", text)
    assert 1 <= len(parts) <= 2
    return sum(float(number) * SECONDS[unit] for number, unit in parts)


@given(st.floats(min_value=1e-6, max_value=1e8))
def test_a_duration_says_what_it_is_within_two_percent_or_half_its_last_figure(
    seconds: float,
) -> None:
    last = max(SECONDS[unit] for unit in re.findall(r"[a-zµ]+", formats.duration(seconds)))
    smallest = {86400: 3600, 3600: 60, 60: 1, 1: 0.005, 1e-3: 5e-6, 1e-6: 1e-6}[last]
    error = abs(read_duration(formats.duration(seconds)) - seconds)
    assert error <= max(seconds * 0.02, smallest * 0.5001)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.00084, "840 µs"),
        (0.0009996, "1.00 ms"),
        (0.0123, "12.3 ms"),
        (0.9996, "1.00 s"),
        (4.2, "4.20 s"),
        (59.94, "59.9 s"),
        (59.96, "1m 00s"),
        (185, "3m 05s"),
        (3599.6, "1h 00m"),
        (8040, "2h 14m"),
        (86399.9, "1d 00h"),
        (273600, "3d 04h"),
        (-4.2, "-4.20 s"),
    ],
)
def test_a_duration_never_shows_sixty_of_a_unit(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


@given(st.floats(min_value=0, max_value=9.99e14))
def test_a_compact_number_has_at_most_three_figures_and_is_right_within_half_a_percent(
    value: float,
) -> None:
    text = formats.compact(value)
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kMGT]?)", text)
    assert found
    assert len(found[1].replace(".", "")) <= 3
    assert float(found[1]) * UNITS[found[2]] == pytest.approx(value, rel=0.0051, abs=0.0051)


@given(st.integers(min_value=0, max_value=10**17))
def test_a_size_is_right_within_half_a_percent(value: int) -> None:
    number, unit = formats.size(value).split(" ")
    assert float(number) * BYTES[unit] == pytest.approx(value, rel=0.0051)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_count_keeps_every_digit(value: int) -> None:
    assert int(formats.count(value).replace(",", "")) == value


@given(st.floats(min_value=0, max_value=1e9), st.floats(min_value=0, max_value=1e9))
def test_of_two_ages_the_greater_never_sounds_younger(one: float, other: float) -> None:
    def at_least(seconds: float) -> int:
        text = formats.age(seconds)
        if text == "now":
            return 0
        number, unit = text.split(" ")
        return int(number) * {"s": 1, "min": 60, "h": 3600, "d": 86400}[unit]

    younger, older = sorted((one, other))
    assert at_least(younger) <= at_least(older) <= older


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_neither_nothing_nor_all_unless_it_is(fraction: float) -> None:
    text = formats.percent(fraction)
    assert (text == "0 %") == (fraction == 0)
    assert (text == "100 %") == (fraction == 1)


@pytest.mark.parametrize(
    ("per_second", "text"),
    [(0, "0/s"), (12.34, "12.3/s"), (0.075, "4.5/min"), (2 / 3600, "2.0/h"), (1234, "1.23k/s")],
)
def test_a_rate_takes_the_unit_that_leaves_a_readable_number(per_second: float, text: str) -> None:
    assert formats.rate(per_second) == text
    assert formats.rate(per_second, "tasks") == text.replace("/", " tasks/")


NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (datetime(2026, 3, 4, 14, 3, 22, tzinfo=UTC), "14:03:22"),
        (datetime(2026, 3, 3, 14, 3, tzinfo=UTC), "3 Mar 14:03"),
        (datetime(2024, 3, 3, 14, 3, tzinfo=UTC), "3 Mar 2024"),
    ],
)
def test_a_moment_has_its_day_only_when_it_was_not_today(then: datetime, text: str) -> None:
    assert formats.moment(then.timestamp(), NOW, UTC) == text
    assert formats.moment(None, NOW) == formats.clock(None) == formats.NOTHING


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_a_shortened_text_fits_on_one_line_and_keeps_both_ends(text: str, limit: int) -> None:
    line = " ".join(text.split())
    short = formats.shorten(text, limit)
    assert len(short) <= limit
    assert "\n" not in short
    if len(line) <= limit:
        assert short == line
    else:
        head, _, tail = short.partition("…")
        assert line.startswith(head)
        assert line.endswith(tail)


def test_one_is_said_as_one() -> None:
    assert formats.plural(1, "task") == "1 task"
    assert formats.plural(1204, "task") == "1,204 tasks"
    assert formats.plural(0, "query", "queries") == "0 queries"
