"""Each source's answers, good and bad, as bars and actions."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from tests.market.conftest import Asked, Reply, Source
from worker_core.market.adjust import adjusted
from worker_core.market.providers import KEYED, LocalPace, ProviderError, Setup, build
from worker_core.market.providers.base import HttpProvider
from worker_core.market.providers.protocol import BarsAnswer, Provider

START, END = date(2024, 1, 2), date(2024, 1, 31)
KEYS = {
    "tiingo": "key-tiingo",
    "alpha_vantage": "key-av",
    "polygon": "key-polygon",
    "alpaca": "id-alpaca:secret-alpaca",
}
MIDNIGHT = 1_704_171_600_000  # 2024-01-02 in New York
DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


_open: list[Provider] = []


def make(name: str, source: Source) -> Provider:
    setup = Setup(keys=KEYS, addresses=dict.fromkeys(KEYED, source.url), budget_s=0.2)
    provider = build(name, setup, Free())
    assert isinstance(provider, HttpProvider)
    provider.client.sleep = lambda _: None
    _open.append(provider)
    return provider


class Free(LocalPace):
    """No limits: these tests are about answers."""

    def turn(self, *_: Any) -> float:
        return 0.0


def tiingo(*days: str, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "date": f"{day}T00:00:00.000Z",
            "close": 100.0,
            "high": 101.0,
            "low": 99.0,
            "open": 100.5,
            "volume": 1000,
            "adjClose": 50.0,
            "divCash": 0.0,
            "splitFactor": 1.0,
        }
        | changes
        for day in days
    ]


def alpha_vantage(*days: str, **changes: str) -> dict[str, Any]:
    item = {"1. open": "1.5", "2. high": "2.0", "3. low": "1.0", "4. close": "1.75"}
    item |= {"5. volume": "100"} | changes
    return {
        "Meta Data": {"2. Symbol": "ABC"},
        "Time Series (Daily)": dict.fromkeys(reversed(days), item),
    }


def polygon(*places: int, **changes: Any) -> dict[str, Any]:
    items = [
        {"v": 10.0, "vw": 1.2, "o": 1.1, "c": 1.2, "h": 1.3, "l": 1.0, "n": 3}
        | {"t": MIDNIGHT + place * DAY_MS}
        | changes
        for place in places
    ]
    return {"ticker": "ABC", "adjusted": False, "results": items, "status": "OK"}


def alpaca(*days: str, token: str | None = None) -> dict[str, Any]:
    items = [
        {"t": f"{day}T05:00:00Z", "o": 1.1, "h": 1.3, "l": 1.0, "c": 1.2, "v": 10, "n": 3}
        for day in days
    ]
    return {"bars": {"ABC": items}, "next_page_token": token}


GOOD = {
    "tiingo": tiingo("2024-01-02", "2024-01-03"),
    "alpha_vantage": alpha_vantage("2024-01-02", "2024-01-03"),
    "polygon": polygon(0, 1),
    "alpaca": alpaca("2024-01-02", "2024-01-03"),
}


def answers(provider: Provider, *symbols: str) -> list[BarsAnswer]:
    return list(provider.bars(symbols or ("ABC",), START, END))


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


def test_tiingos_splits_and_dividends_come_with_the_bars(source: Source) -> None:
    source.replies(
        tiingo("2024-01-02") + tiingo("2024-01-03", splitFactor=2.0, divCash=0.25, close=50.0)
    )
    (answer,) = answers(make("tiingo", source))
    assert [(one.kind, one.value, one.currency) for one in answer.actions] == [
        ("dividend", 0.25, "USD"),
        ("split", 2.0, ""),
    ]
    assert adjusted(answer.bars, answer.actions).close == pytest.approx([49.75, 50.0])


def test_a_class_of_shares_is_spelt_as_tiingo_spells_it(source: Source) -> None:
    source.replies([])
    (answer,) = answers(make("tiingo", source), "BRK.B")
    assert source.asked[0].path == "/tiingo/daily/BRK-B/prices"
    assert (answer.symbol, len(answer.bars), answer.problem) == ("BRK.B", 0, None)


def test_alpha_vantage_asks_for_all_when_the_short_answer_does_not_reach_back(
    source: Source,
) -> None:
    # A clock that stands in the past takes an old start for a recent one.
    provider = make("alpha_vantage", source)
    source.replies(alpha_vantage("2099-12-31"), alpha_vantage("2099-12-01", "2099-12-31"))
    (answer,) = provider.bars(["ABC"], date(2099, 12, 1), date(2099, 12, 31))
    assert [one.parameters["outputsize"] for one in source.asked] == ["compact", "full"]
    assert len(answer.bars) == 2


def test_alpha_vantages_actions_are_questions_of_their_own(source: Source) -> None:
    source.replies(
        {"symbol": "ABC", "data": [{"effective_date": "2024-01-10", "split_factor": "4.0000"}]},
        {
            "symbol": "ABC",
            "data": [
                {"ex_dividend_date": "2024-01-11", "amount": "0.24"},
                {"ex_dividend_date": "None", "amount": "0.25"},
                {"ex_dividend_date": "2020-01-11", "amount": "0.20"},
            ],
        },
    )
    (answer,) = make("alpha_vantage", source).actions(["ABC"], START, END)
    assert [(one.kind, one.value) for one in answer.actions] == [("split", 4.0), ("dividend", 0.24)]
    assert [one.parameters["function"] for one in source.asked] == ["SPLITS", "DIVIDENDS"]


def test_polygon_is_followed_from_page_to_page(source: Source) -> None:
    more = {"next_url": f"{source.url}/v2/aggs/next?cursor=abc"}
    source.replies(polygon(0, 1) | more, polygon(2))
    (answer,) = answers(make("polygon", source))
    assert [str(day) for day in answer.bars.dates] == ["2024-01-02", "2024-01-03", "2024-01-04"]
    first, second = source.asked
    assert first.parameters["adjusted"] == "false"
    assert (second.path, second.parameters) == ("/v2/aggs/next", {"cursor": "abc"})


@pytest.mark.parametrize(
    "second",
    [Reply(status=500), Reply(b'{"results": [{"t":'), Reply({"status": "ERROR", "error": "x"})],
)
def test_the_pages_before_a_broken_one_are_kept(source: Source, second: Reply) -> None:
    more = {"next_url": f"{source.url}/v2/next"}
    source.replies(polygon(0, 1) | more, second)
    found: list[BarsAnswer] = []
    try:
        found.extend(make("polygon", source).bars(["ABC"], START, END))
    except ProviderError as error:
        assert error.code == "unreachable"  # noqa: PT017 - which it is depends on the reply
    assert len(found[0].bars) == 2
    assert found[0].problem is not None


def test_pages_that_go_in_a_circle_end(source: Source) -> None:
    source.replies(polygon(0) | {"next_url": f"{source.url}/v2/again"})
    (answer,) = answers(make("polygon", source))
    assert answer.problem is not None
    assert "no end" in answer.problem.message
    assert len(source.asked) == 2


def test_polygons_actions_are_those_of_the_symbol_alone(source: Source) -> None:
    splits = [
        {"execution_date": "2024-01-10", "split_from": 1, "split_to": 20, "ticker": "ABC"},
        {"execution_date": "2024-01-10", "split_from": 1, "split_to": 3, "ticker": "XYZ"},
    ]
    cash = {"cash_amount": 0.5, "dividend_type": "CD", "ticker": "ABC", "currency": "USD"}
    dividends = [
        cash | {"ex_dividend_date": "2024-01-11"},
        cash | {"ex_dividend_date": "2024-01-11", "cash_amount": 1.5},
    ]
    source.replies({"results": splits, "status": "OK"}, {"results": dividends, "status": "OK"})
    (answer,) = make("polygon", source).actions(["ABC"], START, END)
    assert [(one.kind, one.value) for one in answer.actions] == [("split", 20.0), ("dividend", 2.0)]


def test_a_split_without_its_ratio_is_a_failure(source: Source) -> None:
    bad = {"execution_date": "2024-01-10", "split_from": 0, "split_to": 2, "ticker": "ABC"}
    source.replies({"results": [bad], "status": "OK"})
    (answer,) = make("polygon", source).actions(["ABC"], START, END)
    assert answer.actions == ()
    assert answer.problem is not None


def test_alpaca_is_followed_by_its_tokens(source: Source) -> None:
    source.replies(alpaca("2024-01-02", token="t1"), alpaca("2024-01-03"))
    (answer,) = answers(make("alpaca", source))
    assert len(answer.bars) == 2
    assert source.asked[1].parameters["page_token"] == "t1"
    assert source.asked[0].parameters["adjustment"] == "raw"


def test_alpacas_actions_have_both_kinds_of_splits(source: Source) -> None:
    source.replies(
        {
            "corporate_actions": {
                "forward_splits": [
                    {"symbol": "ABC", "new_rate": 3, "old_rate": 1, "ex_date": "2024-01-05"}
                ],
                "reverse_splits": [
                    {"symbol": "ABC", "new_rate": 1, "old_rate": 10, "ex_date": "2024-01-08"}
                ],
                "cash_dividends": [{"symbol": "ABC", "rate": 0.125, "ex_date": "2024-01-09"}],
            },
            "next_page_token": None,
        }
    )
    (answer,) = make("alpaca", source).actions(["ABC"], START, END)
    assert [one.value for one in answer.actions] == [3.0, 0.1, 0.125]


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


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The part of yfinance that is used, with its frames."""
    import pandas as pd

    held = SimpleNamespace(error=None)
    index = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-02-05"], tz="America/New_York")
    columns: dict[str, list[float]] = {
        name: [50.0, 51.0, 52.0] for name in ("Open", "High", "Low", "Close", "Adj Close")
    }
    columns |= {"Volume": [200, 200, 100], "Dividends": [0, 0.5, 0], "Stock Splits": [0, 0, 2.0]}
    held.frame = pd.DataFrame(columns, index=index)

    class Ticker:
        history_metadata: ClassVar = {"currency": "USD"}

        def __init__(self, symbol: str) -> None:
            self.symbol = symbol

        def history(self, **options: Any) -> Any:
            held.options = options
            if held.error is not None:
                raise held.error
            return held.frame

    module = ModuleType("yfinance")
    module.Ticker = Ticker  # type: ignore[attr-defined]  # a double of a module
    monkeypatch.setitem(sys.modules, "yfinance", module)
    return held


def test_yahoos_prices_are_taken_back_behind_splits_that_came_later(
    yahoo: SimpleNamespace,
) -> None:
    (answer,) = build("yfinance", Setup(), LocalPace()).bars(["ABC"], START, END)
    # The split is after the days that were asked for, and still it is taken back.
    assert answer.bars.close.tolist() == [100.0, 102.0]
    assert answer.bars.volume.tolist() == [100.0, 100.0]
    assert [(one.kind, one.value) for one in answer.actions] == [("dividend", 1.0)]
    assert yahoo.options["auto_adjust"] is False


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("ABC: possibly delisted; no price data found"), "unknown_symbol"),
        (RuntimeError("Too Many Requests"), "unreachable"),
    ],
)
def test_yahoos_errors_are_of_the_symbol(
    yahoo: SimpleNamespace, error: Exception, code: str
) -> None:
    yahoo.error = error
    (answer,) = build("yfinance", Setup(), LocalPace()).bars(["ABC"], START, END)
    assert answer.problem is not None
    assert answer.problem.code == code


def test_yfinance_is_asked_for_when_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yfinance", None)
    with pytest.raises(ProviderError, match=r"afi-desk\[yfinance\]"):
        build("yfinance", Setup(), LocalPace())
