"""What all sources have in common: their answers, good and bad, as bars and actions."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.market.conftest import Asked, Reply, Source
from tests.market.recorded import END, GOOD, KEYS, START, answers, make, polygon, tiingo
from worker_core.market.providers import KEYED, LocalPace, ProviderError, Setup, build
from worker_core.market.providers.protocol import BarsAnswer


@pytest.mark.parametrize("name", KEYED)
def test_bars_come_raw_with_their_days(name: str, source: Source) -> None:
    source.replies(GOOD[name])
    (answer,) = answers(make(name, source))
    assert answer.problem is None
    assert answer.bars.dates.tolist() == [date(2024, 1, 2), date(2024, 1, 3)]
    bars = answer.bars
    assert (bars.low <= bars.open).all()
    assert (bars.close <= bars.high).all()
    assert (bars.symbol, bars.currency, bars.provider) == ("ABC", "USD", name)


@pytest.mark.parametrize("name", KEYED)
def test_the_key_goes_to_the_source_and_nowhere_else(name: str, source: Source) -> None:
    source.replies(GOOD[name])
    provider = make(name, source)
    answers(provider)
    (asked,) = source.asked
    sent = str(asked.headers) + str(asked.parameters)
    parts = KEYS[name].split(":")
    assert all(part in sent for part in parts)
    assert not any(part in repr(provider) for part in parts)
    if name != "alpha_vantage":
        assert not any(part in str(asked.parameters) for part in parts)


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Maintenance</body></html>",
        b'{"status": "OK", "results": [{"t": 1',
        b"null",
        b'"text"',
        b"17",
        b"[[]]",
        b'[{"date": 20240102, "close": "x"}]',
        b'{"results": 7, "bars": 7, "Time Series (Daily)": 7}',
        b'{"results": [7], "bars": {"ABC": [7]}, "Time Series (Daily)": {"2024-01-02": 7}}',
        b'{"results": [{"t": "x"}], "bars": {"ABC": [{"t": []}]}, "Time Series (Daily)": {"x": 0}}',
        b'{"results": [{"t": 1e300}], "bars": {"ABC": [{}]}, "Time Series (Daily)": []}',
    ],
)
def test_what_is_no_price_list_is_a_failure_and_no_number(
    name: str, body: bytes, source: Source
) -> None:
    source.replies(Reply(body))
    (answer,) = answers(make(name, source))
    assert answer.problem is not None
    assert answer.problem.code == "bad_answer"
    assert len(answer.bars) == 0
    assert len(str(answer.problem)) < 500


INSIDE = [
    ("tiingo", {"detail": "Not found."}, "unknown_symbol"),
    ("tiingo", "You have run over your hourly request allocation.", "rate_limited"),
    ("tiingo", {"detail": "Please supply a token"}, "refused"),
    ("tiingo", {"detail": "What?"}, "bad_answer"),
    ("alpha_vantage", {"Error Message": "Invalid API call for TIME_SERIES"}, "unknown_symbol"),
    ("alpha_vantage", {"Error Message": "the parameter apikey is invalid"}, "refused"),
    ("alpha_vantage", {"Note": "Our standard call frequency is 5 a minute"}, "rate_limited"),
    ("alpha_vantage", {"Information": "API key as key-av: 25 requests per day"}, "rate_limited"),
    ("alpha_vantage", {"Information": "This is a premium endpoint"}, "refused"),
    ("alpha_vantage", {}, "bad_answer"),
    ("polygon", {"status": "ERROR", "error": "Unknown"}, "bad_answer"),
    ("polygon", {"status": "ERROR", "error": "exceeded the maximum requests"}, "rate_limited"),
    ("polygon", {"status": "NOT_AUTHORIZED", "message": "Upgrade your plan"}, "refused"),
    ("polygon", polygon(0) | {"adjusted": True}, "bad_answer"),
    ("alpaca", {"message": "invalid symbol"}, "bad_answer"),
]


@pytest.mark.parametrize(("name", "body", "code"), INSIDE)
def test_an_error_inside_a_success_is_a_failure(
    name: str, body: Any, code: str, source: Source
) -> None:
    source.replies(body)
    found: list[BarsAnswer] = []
    try:
        found.extend(make(name, source).bars(["ABC"], START, END))
    except ProviderError as error:
        assert error.code == code  # noqa: PT017 - raised or not, by what it means for the others
    assert found[0].problem is not None
    assert found[0].problem.code == code
    assert len(found[0].bars) == 0
    assert "key-av" not in str(found[0].problem)


def test_one_bad_symbol_fails_alone(source: Source) -> None:
    def by_symbol(asked: Asked) -> Reply:
        if "/BAD/" in asked.path:
            return Reply({"detail": "Not found."}, status=404)
        return Reply(GOOD["tiingo"])

    source.replies_by(by_symbol)
    found = answers(make("tiingo", source), "ABC", "BAD", "XYZ")
    assert [(one.symbol, len(one.bars)) for one in found] == [("ABC", 2), ("BAD", 0), ("XYZ", 2)]
    assert found[1].problem is not None
    assert found[1].problem.code == "unknown_symbol"


def test_a_limit_that_is_used_up_ends_it_after_what_came(source: Source) -> None:
    limited = Reply({}, status=429, headers={"Retry-After": "3600"})
    source.replies(GOOD["tiingo"], limited)
    found: list[BarsAnswer] = []
    with pytest.raises(ProviderError) as caught:
        found.extend(make("tiingo", source).bars(["A", "B", "C"], START, END))
    assert caught.value.retry_after_s == 3600
    # extend() keeps what came before the error.
    assert [one.symbol for one in found] == ["A", "B"]
    assert found[1].problem is caught.value


def test_values_that_are_no_numbers_are_absent_and_days_without_a_close_left_out(
    source: Source,
) -> None:
    rows = [
        *tiingo("2024-01-02", open=None, volume="NaN"),
        *tiingo("2024-01-03", close=None),
        *tiingo("2024-01-04", close="inf"),
        *tiingo("2024-01-05", close=-3.5),
        *tiingo("2024-01-05", close=-4.5),
        *tiingo("2031-01-01"),
    ]
    source.replies(rows)
    (answer,) = answers(make("tiingo", source))
    assert answer.bars.close.tolist() == [100.0, -4.5]
    assert np.isnan([answer.bars.open[0], answer.bars.volume[0]]).all()
    assert answer.notes == (
        "1 days that were not asked for",
        "2 days without a close",
        "1 days that came twice; the last is kept",
    )


@pytest.mark.parametrize("name", [*KEYED, "folder", "nonsense"])
def test_a_source_that_is_not_set_up_says_what_it_wants(name: str) -> None:
    with pytest.raises(ProviderError) as caught:
        build(name, Setup(), LocalPace())
    assert caught.value.code == "not_set_up"
    assert caught.value.remedy
    if name in KEYED:
        assert f"AFI_{name.upper()}_API_KEY" in caught.value.remedy


@pytest.mark.parametrize("key", ["a\nX-Evil: 1", "schlüssel"])
def test_a_key_that_would_become_a_header_of_its_own_is_refused(key: str) -> None:
    with pytest.raises(ProviderError, match="no key has") as caught:
        build("tiingo", Setup(keys={"tiingo": key}), LocalPace())
    assert key not in str(caught.value)


def test_the_sample_and_a_folder_are_sources_too(tmp_path: Path) -> None:
    sample = build("sample", Setup(), LocalPace())
    first, second = sample.bars(["AAPL", "NONE"], date(2000, 6, 19), date(2000, 6, 22))
    assert len(first.bars) == 4
    assert [action.value for action in first.actions] == [2.0]
    assert second.problem is not None
    (tmp_path / "ABC.csv").write_text("date,close\n2024-01-02,1.5\n2024-01-03,1.6\n")
    (tmp_path / "BAD.csv").write_text("nothing\n")
    (tmp_path / "notes.md").write_text("not read")
    folder = build("folder", Setup(folder=tmp_path), LocalPace())
    good, bad = folder.bars(["ABC", "BAD"], START, END)
    assert good.bars.close.tolist() == [1.5, 1.6]
    assert bad.problem is not None
    assert "no column 'date'" in bad.problem.message
