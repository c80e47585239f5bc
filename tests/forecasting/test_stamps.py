"""Stamps: which frequency they have, and which come next."""

import pytest

from worker_core.forecasting.tables.stamps import StampError, Steps, aligned, parse, steps_of


def steps(*texts: str) -> Steps:
    parsed = [parse(text) for text in texts]
    stamps, _ = aligned([stamp for stamp, _ in parsed])
    return steps_of(stamps, [written for _, written in parsed])


def following(*texts: str, ahead: int = 3) -> list[str]:
    found = steps(*texts)
    return [found.ahead(found.places[-1] + step) for step in range(1, ahead + 1)]


@pytest.mark.parametrize(
    ("stamps", "then"),
    [
        (["1", "2", "3"], ["4", "5", "6"]),
        (["10", "20", "30"], ["40", "50", "60"]),
        (["1999", "2000", "2001"], ["2002", "2003", "2004"]),
        (["2023-11-30", "2023-12-31", "2024-01-31"], ["2024-02-29", "2024-03-31", "2024-04-30"]),
        (["2024-02-29", "2024-03-31"], ["2024-04-30", "2024-05-31", "2024-06-30"]),
        (["2023-12-01", "2024-01-01"], ["2024-02-01", "2024-03-01", "2024-04-01"]),
        (["2023-11-30", "2023-12-30", "2024-01-30"], ["2024-02-29", "2024-03-30", "2024-04-30"]),
        (["2024-11", "2024-12"], ["2025-01", "2025-02", "2025-03"]),
        (["2023-09-30", "2023-12-31", "2024-03-31"], ["2024-06-30", "2024-09-30", "2024-12-31"]),
        (["2023Q3", "2023Q4"], ["2024Q1", "2024Q2", "2024Q3"]),
        (["2022-12-31", "2023-12-31"], ["2024-12-31", "2025-12-31", "2026-12-31"]),
        (["2024-05-30", "2024-05-31", "2024-06-03"], ["2024-06-04", "2024-06-05", "2024-06-06"]),
        (["2024-06-05", "2024-06-06", "2024-06-07", "2024-06-10", "2024-06-11", "2024-06-12",
          "2024-06-13", "2024-06-14"], ["2024-06-17", "2024-06-18", "2024-06-19"]),
        (["2024-06-07", "2024-06-08", "2024-06-09"], ["2024-06-10", "2024-06-11", "2024-06-12"]),
        (["2024-12-16", "2024-12-23"], ["2024-12-30", "2025-01-06", "2025-01-13"]),
        (["2024-01-01T22:00", "2024-01-01T23:00"],
         ["2024-01-02T00:00:00", "2024-01-02T01:00:00", "2024-01-02T02:00:00"]),
        (["2024-01-01 00:00:00", "2024-01-02 00:00:00"],
         ["2024-01-03 00:00:00", "2024-01-04 00:00:00", "2024-01-05 00:00:00"]),
        (["2024-01-01T00:00:00Z", "2024-01-01T00:15:00Z"],
         ["2024-01-01T00:30:00Z", "2024-01-01T00:45:00Z", "2024-01-01T01:00:00Z"]),
        (["20240101", "20240102"], ["2024-01-03", "2024-01-04", "2024-01-05"]),
    ],
)  # fmt: skip
def test_the_frequency_that_was_found_goes_on(stamps: list[str], then: list[str]) -> None:
    assert following(*stamps) == then


def test_the_last_weekday_of_a_month_stays_that() -> None:
    # 2024-03-29 and 2024-05-31 are Fridays, as 2024-06-28 is; 2024-04-30 is a Tuesday.
    assert following("2024-02-29", "2024-03-29", "2024-04-30", "2024-05-31", ahead=2) == [
        "2024-06-28",
        "2024-07-31",
    ]


def test_quarters_of_thirteen_weeks_stay_quarters_over_one_of_fourteen() -> None:
    stamps = ("2022-06-25", "2022-09-24", "2022-12-31", "2023-04-01", "2023-07-01", "2023-09-30")
    found = steps(*stamps)
    assert (found.name, found.season, found.places) == ("quarter", 4, (0, 1, 2, 3, 4, 5))
    assert following(*stamps, ahead=2) == ["2023-12-30", "2024-03-30"]


@pytest.mark.parametrize(
    ("stamps", "season"),
    [
        (["2024-01-31", "2024-02-29"], 12),
        (["2024Q1", "2024Q2"], 4),
        (["2023-12-31", "2024-12-31"], 1),
        (["2024-01-01", "2024-01-08"], 52),
        (["2024-01-01", "2024-01-02"], 7),
        (["2024-01-01T00:00", "2024-01-01T01:00"], 24),
        (["1", "2"], None),
    ],
)
def test_dates_tell_how_long_a_season_is(stamps: list[str], season: int | None) -> None:
    assert steps(*stamps).season == season


def test_a_missing_stamp_is_a_step_without_a_value() -> None:
    assert steps("2024-01-31", "2024-02-29", "2024-05-31").places == (0, 1, 4)
    assert steps("1", "2", "5").places == (0, 1, 4)


def test_several_zones_are_put_into_one_and_told() -> None:
    parsed = [parse(text)[0] for text in ("2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00")]
    stamps, told = aligned(parsed)
    assert told == ("Stamps of several time zones were put into UTC.",)
    assert [str(each) for each in stamps] == [
        "2024-03-31 00:00:00+00:00",
        "2024-03-31 01:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("stamps", "told"),
    [
        (["2024-01-01T00:00:00Z", "2024-01-02T00:00:00"], "some have none"),
        (["1", "2024-01-02"], "different ways"),
        (
            ["2024-01-01T00:00", "2024-01-01T00:07", "2024-01-01T01:01", "2024-01-01T05:03"],
            "not regular",
        ),
        (["1", "2", "900000000000000000"], "coarser"),
        (["9998-12-31", "9999-12-31"], "9999"),
        (["9999-12-30", "9999-12-31"], "9999"),
    ],
)
def test_what_makes_no_series_is_refused_in_words(stamps: list[str], told: str) -> None:
    with pytest.raises(StampError, match=told):
        following(*stamps)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31.01.2024", "01/31/2024", "2024-13", "1e5", "٣"]
)
def test_what_is_no_stamp_is_refused_in_words(text: str) -> None:
    with pytest.raises(StampError, match="neither a step"):
        parse(text)
