"""yfinance, which is there only where someone asked for it."""

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from tests.market.recorded import END, START
from worker_core.extras import how_to_add
from worker_core.market.providers import LocalPace, ProviderError, Setup, build


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
    with pytest.raises(ProviderError) as refused:
        build("yfinance", Setup(), LocalPace())
    assert refused.value.remedy == how_to_add("yfinance")
