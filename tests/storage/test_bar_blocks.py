"""The bars of symbols as one value each: quicker to read, and never other than the bars."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, select, text, update

from worker_core.market.bars import COLUMNS, Bars, as_day
from worker_core.market.records import Finding
from worker_core.storage.engine import reading, writing
from worker_core.storage.market import MarketRepository
from worker_core.storage.market.blocks import BESIDE, FEWEST
from worker_core.storage.retention.market import BarKeeper
from worker_core.storage.schema import bar_blocks

FIRST = date(2020, 1, 1)
COUNT = FEWEST + 50


def some(count: int = COUNT, symbol: str = "ABC") -> Bars:
    steps = np.random.default_rng(3).normal(size=count)
    close = 100 * np.exp(np.cumsum(steps / 100))
    opens = close * 1.001
    opens[2] = np.nan
    days = np.datetime64(FIRST) + np.arange(count)
    return Bars(
        symbol,
        days,
        opens,
        close * 1.02,
        close * 0.98,
        close,
        np.full(count, 1e6),
        currency="USD",
        provider="test",
    )


@pytest.fixture
def market(engine: Engine) -> MarketRepository:
    return MarketRepository(engine)


def together(market: MarketRepository, start: date = FIRST) -> Bars:
    bars, _ = market.bars_and_actions({"ABC": start})["ABC"]
    return bars


def same(one: Bars, other: Bars) -> bool:
    return (
        (one.symbol, one.currency, one.provider) == (other.symbol, other.currency, other.provider)
        and np.array_equal(one.dates, other.dates)
        and all(
            np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
            for name in COLUMNS
        )
    )


def until(engine: Engine) -> date | None:
    with reading(engine) as connection:
        found: date | None = connection.scalar(select(bar_blocks.c.until))
        return found


def test_what_is_read_from_a_block_is_what_the_rows_hold(
    engine: Engine, market: MarketRepository
) -> None:
    market.upsert_bars([some(), some(30, "FEW")])
    market.bars_and_actions({"ABC": FIRST, "FEW": FIRST, "NONE": FIRST})
    with reading(engine) as connection:
        assert list(connection.scalars(select(bar_blocks.c.symbol))) == ["ABC"]
    assert same(together(market), market.bars("ABC"))
    later = FIRST + timedelta(days=20)
    assert same(together(market, later), market.bars("ABC", later))
    # The block knows nothing of days before those that it was asked for.
    early = FIRST - timedelta(days=9)
    market.upsert_bars(replace(some(9), dates=np.datetime64(early) + np.arange(9)))
    assert same(together(market, early), market.bars("ABC"))


def test_newer_bars_are_read_beside_the_block_until_they_are_many(
    engine: Engine, market: MarketRepository
) -> None:
    whole = some(COUNT + BESIDE)
    market.upsert_bars(whole.take(slice(0, COUNT)))
    together(market)
    first = until(engine)
    assert first == as_day(whole.dates[COUNT - 1])
    newer = replace(whole.take(slice(0, COUNT + 5)), currency="EUR", provider="other")
    market.upsert_bars(newer.take(slice(COUNT, COUNT + 5)))
    read = together(market)
    assert len(read) == COUNT + 5
    assert (read.currency, read.provider) == ("EUR", "other")
    assert same(read, newer)
    assert until(engine) == first
    market.upsert_bars(whole.take(slice(COUNT + 5, None)))
    assert same(together(market), whole)
    assert until(engine) == as_day(whole.dates[-1])


def _correct(market: MarketRepository, bars: Bars) -> None:
    one = bars.take(slice(40, 41))
    market.upsert_bars(replace(one, close=one.close * 1.01))


def _fill_a_hole(market: MarketRepository, bars: Bars) -> None:
    market.upsert_bars(bars.take(slice(100, 101)))


def _hold_back(market: MarketRepository, bars: Bars) -> None:
    day = as_day(bars.dates[60])
    market.save_findings("ABC", [Finding("spike", "error", "quarantined", "A spike.", (day,))])


def _correct_the_provider(market: MarketRepository, bars: Bars) -> None:
    market.upsert_bars(replace(bars.take(slice(COUNT - 1, COUNT)), provider="other"))


@pytest.mark.parametrize("change", [_correct, _fill_a_hole, _hold_back, _correct_the_provider])
def test_what_is_changed_among_the_bars_that_were_there_is_noticed(
    market: MarketRepository, change: Callable[[MarketRepository, Bars], None]
) -> None:
    bars = some()
    market.upsert_bars(bars.take(np.arange(COUNT) != 100))
    before = together(market)
    change(market, bars)
    assert not same(together(market), before)
    assert same(together(market), market.bars("ABC"))
    # From the block that was made anew.
    assert same(together(market), market.bars("ABC"))


def test_bars_that_are_freed_or_removed_are_noticed(
    engine: Engine, market: MarketRepository
) -> None:
    bars = some()
    market.upsert_bars(bars)
    _hold_back(market, bars)
    assert len(together(market)) == COUNT - 1
    market.save_findings("ABC", [])
    assert len(together(market)) == COUNT
    BarKeeper(engine).remove(datetime(2020, 1, 11, tzinfo=UTC))
    assert until(engine) is None
    assert same(together(market), bars.take(slice(10, None)))


def test_checks_that_change_nothing_leave_the_block_good(
    engine: Engine, market: MarketRepository
) -> None:
    bars = some()
    market.upsert_bars(bars)
    _hold_back(market, bars)
    together(market)
    market.upsert_bars(bars.take(slice(0, 60)))
    _hold_back(market, bars)
    with reading(engine) as connection:
        good = connection.scalar(
            text("SELECT count(*) FROM bar_blocks b JOIN symbols s USING (symbol, revision)")
        )
    assert good == 1


@pytest.mark.parametrize("damaged", [b"", b"half a row"])
def test_a_damaged_block_is_read_past_and_made_anew(
    engine: Engine, market: MarketRepository, damaged: bytes
) -> None:
    market.upsert_bars(some())
    together(market)
    with writing(engine) as connection:
        connection.execute(update(bar_blocks).values(data=damaged))
    assert same(together(market), some())
    with reading(engine) as connection:
        assert len(connection.scalar(select(bar_blocks.c.data)) or b"") == COUNT * 48


def test_a_reader_sees_one_state_throughout(engine: Engine, market: MarketRepository) -> None:
    market.upsert_bars(some(5))
    count = text("SELECT count(*) FROM bars")
    with reading(engine) as connection:
        assert connection.scalar(count) == 5
        market.upsert_bars(some(9))
        assert connection.scalar(count) == 5
    with reading(engine) as connection:
        assert connection.scalar(count) == 9
