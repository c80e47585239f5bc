"""Market data in the database."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from worker_core.market.bars import Action, BadBars, Bars
from worker_core.market.records import Finding, Symbol, observations_of
from worker_core.market.sample import sample_actions, sample_bars
from worker_core.storage.engine import reading
from worker_core.storage.market import MarketRepository

ROWS = [
    ("2024-01-02", 10.0, 11.0, 9.0, 10.5, 1000.0),
    ("2024-01-03", 10.5, 12.0, 10.0, 11.5, 2000.0),
    ("2024-01-04", 5.75, 6.0, 5.5, 5.9, 4000.0),
]


@pytest.fixture
def market(engine: Engine) -> MarketRepository:
    return MarketRepository(engine)


def abc(*rows: tuple[object, ...], currency: str = "USD") -> Bars:
    return Bars.of("ABC", rows or ROWS, currency=currency, provider="test")


def same(one: Bars, other: Bars) -> bool:
    columns = ("dates", "open", "high", "low", "close", "volume")
    plain = one.symbol == other.symbol and one.currency == other.currency
    pairs = [(getattr(one, name), getattr(other, name)) for name in columns]
    return plain and all(
        np.array_equal(left, right, equal_nan=left.dtype.kind == "f") for left, right in pairs
    )


def test_opening_a_storage_loads_no_numpy_before_its_market_data_is_used(tmp_path: Path) -> None:
    script = (
        "import sys; from worker_core.storage import Storage\n"
        "with Storage.open(sys.argv[1], 'unused') as storage:\n"
        "    storage.documents.counts()\n"
        "    assert not {'numpy', 'pandas'} & set(sys.modules)\n"
        "    storage.market.symbols()\n"
        "    assert 'numpy' in sys.modules and 'pandas' not in sys.modules\n"
    )
    words = [sys.executable, "-c", script, f"sqlite:///{tmp_path / 'a.sqlite3'}"]
    subprocess.run(words, check=True)


def test_bars_come_back_as_they_went_in(market: MarketRepository) -> None:
    bars = abc()
    assert market.upsert_bars(bars) == 3
    assert same(market.bars("ABC"), bars)
    assert market.bars("ABC").provider == "test"
    assert market.bars("ABC", date(2024, 1, 3), date(2024, 1, 3)).close.tolist() == [11.5]
    assert len(market.bars("NONE")) == 0
    assert market.last_day("ABC") == date(2024, 1, 4)
    assert market.last_day("NONE") is None


def test_what_a_source_does_not_have_stays_absent(market: MarketRepository) -> None:
    market.upsert_bars(abc(("2024-01-02", None, None, None, 10.0, None)))
    bars = market.bars("ABC")
    assert bars.close.tolist() == [10.0]
    assert np.isnan([bars.open[0], bars.high[0], bars.low[0], bars.volume[0]]).all()


def test_storing_again_writes_only_what_differs(market: MarketRepository) -> None:
    market.upsert_bars(abc())
    assert market.upsert_bars(abc()) == 0
    corrected = [*ROWS[:2], ("2024-01-04", 5.75, 6.0, 5.5, 5.8, 4000.0)]
    assert market.upsert_bars(abc(*corrected, ("2024-01-05", 6, 6, 6, 6, 1))) == 2
    assert market.bars("ABC").close.tolist() == [10.5, 11.5, 5.8, 6.0]
    assert market.upsert_bars(abc(("2024-01-02", None, 11, 9, 10.5, 1000))) == 1
    assert np.isnan(market.bars("ABC").open[0])


def test_the_symbols_know_their_days(market: MarketRepository) -> None:
    market.upsert_bars(abc(*ROWS[1:2]))
    market.upsert_bars(abc(*ROWS[:1], currency=""))
    market.upsert_bars(Bars.empty("VOID"))
    market.save_symbol(Symbol("NEW", name="New plc", exchange="XLON"))
    market.upsert_bars(Bars.of("NEW", ROWS))
    first, second = market.symbols()
    assert (first.symbol, first.first_day, first.last_day, first.currency) == (
        "ABC",
        date(2024, 1, 2),
        date(2024, 1, 3),
        "USD",
    )
    assert (second.name, second.exchange, second.first_day) == (
        "New plc",
        "XLON",
        date(2024, 1, 2),
    )
    assert market.symbol("NEW") == second
    assert market.symbol("NONE") is None


def test_what_is_not_said_of_a_symbol_stays_as_it_was(market: MarketRepository) -> None:
    market.save_symbol(Symbol("FB", name="Facebook", exchange="XNAS"))
    market.save_symbol(Symbol("FB", renamed_to="META"))
    assert market.symbol("FB") == Symbol("FB", name="Facebook", exchange="XNAS", renamed_to="META")


def test_former_names_are_found_back_to_the_first(market: MarketRepository) -> None:
    market.save_symbol(Symbol("A", renamed_to="B"))
    market.save_symbol(Symbol("B", renamed_to="C"))
    assert market.former_names("C") == ("B", "A")
    assert market.former_names("A") == ()
    market.save_symbol(Symbol("C", renamed_to="A"))
    assert set(market.former_names("C")) == {"A", "B"}


def test_progress_is_kept_by_provider(market: MarketRepository) -> None:
    market.save_progress("ABC", "tiingo", {"until": "2024-01-03"})
    market.save_progress("ABC", "polygon", {"next": "x"})
    market.upsert_bars(abc())
    held = market.symbol("ABC")
    assert held is not None
    assert held.progress == {"tiingo": {"until": "2024-01-03"}, "polygon": {"next": "x"}}
    market.save_progress("ABC", "tiingo", None)
    held = market.symbol("ABC")
    assert held is not None
    assert held.progress == {"polygon": {"next": "x"}}


def test_adjusted_bars_are_derived_from_the_stored_actions(market: MarketRepository) -> None:
    market.upsert_bars(abc())
    split = Action("ABC", date(2024, 1, 4), "split", 2.0, "", "test")
    cash = Action("ABC", date(2024, 1, 3), "dividend", 1.05, "USD", "test")
    assert market.upsert_actions([split, cash]) == 2
    assert market.upsert_actions([split, cash]) == 0
    assert market.actions("ABC") == [cash, split]
    assert market.adjusted_bars("ABC").close == pytest.approx([4.725, 5.75, 5.9])
    assert market.adjusted_bars("ABC", end=date(2024, 1, 3)).close == pytest.approx([9.45, 11.5])
    assert market.bars("ABC").close.tolist() == [10.5, 11.5, 5.9]
    closes = market.closes(["ABC"])
    assert closes.values[:, 0] == pytest.approx([4.725, 5.75, 5.9])
    assert market.closes(["ABC"], adjust=False).values[:, 0].tolist() == [10.5, 11.5, 5.9]


def test_a_corrected_action_replaces_the_first(market: MarketRepository) -> None:
    market.upsert_actions([Action("ABC", date(2024, 1, 4), "split", 2.0)])
    assert market.upsert_actions([Action("ABC", date(2024, 1, 4), "split", 3.0)]) == 1
    assert [action.value for action in market.actions("ABC")] == [3.0]


def test_closes_stand_side_by_side_with_holes(market: MarketRepository) -> None:
    market.upsert_bars([abc(), Bars.of("XYZ", [("2024-01-03", 1, 1, 1, 1, 1)])])
    symbols, dates, values = market.closes(["XYZ", "ABC", "NONE"])
    assert symbols == ("XYZ", "ABC", "NONE")
    assert dates.tolist() == [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]
    assert np.array_equal(
        values,
        [[np.nan, 10.5, np.nan], [1, 11.5, np.nan], [np.nan, 5.9, np.nan]],
        equal_nan=True,
    )
    none = market.closes([])
    assert none.values.shape == (0, 0)


def test_a_days_cross_section_is_read_from_the_index_alone(
    market: MarketRepository, engine: Engine
) -> None:
    market.upsert_bars([abc(), Bars.of("XYZ", [("2024-01-03", 1, 1, 1, 1, 1)])])
    day = market.cross_section(date(2024, 1, 3))
    assert (day.symbols, day.closes.tolist()) == (("ABC", "XYZ"), [11.5, 1.0])
    assert market.cross_section(date(2020, 1, 1)).symbols == ()
    if engine.dialect.name == "sqlite":
        query = (
            "EXPLAIN QUERY PLAN SELECT symbol, close FROM bars "
            "WHERE date = '2024-01-03' AND quarantined IS 0 ORDER BY symbol"
        )
        with reading(engine) as connection:
            plan = str(connection.execute(text(query)).all())
        assert "COVERING INDEX ix_bars_date_symbol_close_quarantined" in plan
        assert "TEMP B-TREE" not in plan


def test_the_whole_sample_goes_in_and_comes_back(market: MarketRepository) -> None:
    assert market.upsert_bars(sample_bars()) == sum(len(bars) for bars in sample_bars())
    market.upsert_actions(sample_actions())
    for bars in sample_bars():
        assert same(market.bars(bars.symbol), bars)
    returns = np.diff(np.log(market.closes(["AAPL", "MSFT"]).values), axis=0)
    # The crash of 2000-09-29 stays; the splits are gone.
    assert np.flatnonzero(np.abs(returns[:, 0]) > 0.5).size == 1
    assert not (np.abs(returns[:, 1]) > 0.3).any()


def test_an_error_midway_leaves_the_batches_before_it(market: MarketRepository) -> None:
    def many() -> Iterator[Bars]:
        days = np.arange(40_000).astype("datetime64[D]")
        one = np.ones(days.size)
        for name in ("FIRST", "SECOND"):
            yield Bars(name, days, one, one, one, one, one)
        raise BadBars("half a page")

    with pytest.raises(BadBars):
        market.upsert_bars(many())
    assert [(one.symbol, len(market.bars(one.symbol))) for one in market.symbols()] == [
        ("FIRST", 40_000)
    ]


def test_a_quarantined_bar_is_read_by_those_who_ask_for_it(market: MarketRepository) -> None:
    market.upsert_bars(abc())
    bad = Finding(
        "positive_prices",
        "error",
        "quarantined",
        "A price below zero.",
        (date(2024, 1, 3),),
        1,
        {"close": -1.0},
    )
    assert market.save_findings("ABC", [bad]) == 1
    assert market.bars("ABC").close.tolist() == [10.5, 5.9]
    assert market.bars("ABC", include_quarantined=True).close.tolist() == [10.5, 11.5, 5.9]
    assert market.closes(["ABC"]).values[:, 0].tolist() == [10.5, 5.9]
    assert len(market.closes(["ABC"], include_quarantined=True).dates) == 3
    assert market.cross_section(date(2024, 1, 3)).symbols == ()
    assert market.cross_section(date(2024, 1, 3), include_quarantined=True).symbols == ("ABC",)
    assert market.quarantined("ABC").tolist() == [date(2024, 1, 3)]
    stored = market.findings("ABC")
    assert [one.finding for one in stored] == [bad]
    assert market.findings("XYZ") == []


def test_a_corrected_bar_leaves_the_quarantine_and_an_equal_one_does_not(
    market: MarketRepository,
) -> None:
    market.upsert_bars(abc())
    days = (date(2024, 1, 3), date(2024, 1, 4))
    market.save_findings("ABC", [Finding("spike", "error", "quarantined", "A spike.", days)])
    market.upsert_bars(abc(ROWS[1], ("2024-01-04", 5.75, 6.0, 5.5, 5.95, 4000.0)))
    assert market.quarantined("ABC").tolist() == [date(2024, 1, 3)]


def test_new_findings_replace_the_old_ones_and_free_their_bars(market: MarketRepository) -> None:
    market.upsert_bars(abc())
    spike = Finding("spike", "error", "quarantined", "A spike.", (date(2024, 1, 3),))
    stale = Finding("stale", "warning", "flagged", "It stands still.", (date(2024, 1, 2),), 4)
    market.save_findings("ABC", [spike])
    assert market.save_findings("ABC", [stale]) == 0
    assert [one.finding for one in market.findings()] == [stale]
    assert market.findings(at_least="error") == []
    assert len(market.bars("ABC")) == 3
    market.save_findings("ABC", [])
    assert market.findings() == []


def test_a_series_keeps_its_revisions(market: MarketRepository) -> None:
    first = observations_of(
        "GDP", [("2024-01-01", 100.0), ("2023-10-01", 99.0)], date(2024, 4, 25), unit="USD bn"
    )
    assert market.upsert_observations(first) == 2
    again = observations_of("GDP", [("2023-10-01", 99.0), ("2024-01-01", 101.0)], date(2024, 5, 30))
    assert market.upsert_observations(again) == 1
    assert market.upsert_observations(again) == 0
    now = market.observations("GDP")
    assert now.dates.tolist() == [date(2023, 10, 1), date(2024, 1, 1)]
    assert now.values.tolist() == [99.0, 101.0]
    assert now.vintages.tolist() == [date(2024, 4, 25), date(2024, 5, 30)]
    then = market.observations("GDP", as_of=date(2024, 5, 1))
    assert (then.values.tolist(), then.unit) == ([99.0, 100.0], "USD bn")
    assert len(market.observations("GDP", as_of=date(2024, 1, 1))) == 0
    assert market.observations("GDP", start=date(2024, 1, 1)).values.tolist() == [101.0]
    assert market.series_ids() == ["GDP"]
    assert len(market.observations("CPI")) == 0
