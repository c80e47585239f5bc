"""What an update asks for, keeps, and leaves alone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from worker_core.market.audit import audit
from worker_core.market.bars import Action, Bars
from worker_core.market.providers.protocol import (
    ActionsAnswer,
    BarsAnswer,
    Capabilities,
    ProviderError,
)
from worker_core.market.records import Symbol
from worker_core.market.update import FIRST_DAY, last_complete_day, update
from worker_core.storage import Storage
from worker_core.storage.market import MarketRepository

EVENING = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)  # 18:30 in New York


class Listed:
    """A source that has what it is given, and notes what it was asked for."""

    name = "listed"
    capabilities = Capabilities(keyed=False, actions=True)

    def __init__(self, *closes: tuple[str, float]) -> None:
        self.closes = list(closes)
        self.found: list[Action] = []
        self.problem: ProviderError | None = None
        self.stops = False
        self.asked: list[tuple[str, date, date]] = []

    def bars(self, symbols: Sequence[str], start: date, end: date) -> Iterator[BarsAnswer]:
        for symbol in symbols:
            self.asked.append((symbol, start, end))
            rows = [(day, *(close,) * 4, 1.0) for day, close in self.closes]
            bars = Bars.of(symbol, rows, provider=self.name).between(start, end)
            yield BarsAnswer(symbol, bars, problem=self.problem)
            if self.problem is not None and self.stops:
                raise self.problem

    def actions(self, symbols: Sequence[str], start: date, end: date) -> Iterator[ActionsAnswer]:
        for symbol in symbols:
            yield ActionsAnswer(symbol, tuple(self.found))

    def close(self) -> None:
        pass


@pytest.fixture
def market(tmp_path: Path) -> Iterator[MarketRepository]:
    with Storage.open(f"sqlite:///{tmp_path / 'a.sqlite3'}", "unused") as storage:
        yield storage.market


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (EVENING, date(2024, 1, 31)),
        (EVENING - timedelta(hours=2), date(2024, 1, 30)),
        (datetime(2024, 2, 1, 3, tzinfo=UTC), date(2024, 1, 31)),
        (datetime(2024, 7, 1, 22, tzinfo=UTC), date(2024, 7, 1)),
    ],
)
def test_a_day_is_fetched_when_it_is_over_in_new_york(now: datetime, day: date) -> None:
    assert last_complete_day(now) == day


def test_the_first_update_asks_for_all_and_the_next_for_what_is_new(
    market: MarketRepository,
) -> None:
    source = Listed(("2024-01-29", 10), ("2024-01-30", 11), ("2024-01-31", 12))
    day_before = EVENING - timedelta(days=1)
    (first,) = update(source, market, ["ABC"], day_before).outcomes
    assert (first.written, first.until) == (2, date(2024, 1, 30))
    # A correction of a day that was stored, and a new day.
    source.closes[1] = ("2024-01-30", 11.5)
    (second,) = update(source, market, ["ABC"], EVENING, overlap=timedelta(days=5)).outcomes
    assert (second.written, second.until) == (2, date(2024, 1, 31))
    assert source.asked == [
        ("ABC", FIRST_DAY, date(2024, 1, 30)),
        ("ABC", date(2024, 1, 25), date(2024, 1, 31)),
    ]
    assert market.bars("ABC").close.tolist() == [10, 11.5, 12]


def test_what_is_up_to_date_is_not_asked_for_again(market: MarketRepository) -> None:
    source = Listed(("2024-01-30", 11))
    update(source, market, ["ABC"], EVENING)
    (again,) = update(source, market, ["ABC"], EVENING).outcomes
    assert again.current
    assert len(source.asked) == 1
    (asked,) = update(source, market, ["ABC"], EVENING, start=date(2024, 1, 1)).outcomes
    assert not asked.current
    assert asked.written == 0


def test_half_an_answer_is_kept_and_gone_on_behind(market: MarketRepository) -> None:
    source = Listed(("2024-01-29", 10))
    source.problem = ProviderError("bad_answer", "It broke off.", transient=True)
    (half,) = update(source, market, ["ABC"], EVENING).outcomes
    assert half.problem is source.problem
    assert half.written == 1
    source.problem = None
    source.closes.append(("2024-01-30", 11))
    (rest,) = update(source, market, ["ABC"], EVENING).outcomes
    assert (rest.written, rest.problem) == (1, None)
    assert source.asked[-1][1] == date(2024, 1, 22)


def test_a_limit_stops_it_and_names_what_is_missing(market: MarketRepository) -> None:
    source = Listed(("2024-01-29", 10))
    source.problem, source.stops = ProviderError("rate_limited", "Enough.", transient=True), True
    report = update(source, market, ["A", "B", "C"], EVENING)
    assert [one.symbol for one in report.outcomes] == ["A"]
    assert report.missing == ("B", "C")
    assert report.stopped is source.problem


def test_actions_are_stored_and_one_that_cannot_be_is_not(market: MarketRepository) -> None:
    source = Listed(("2024-01-29", 10), ("2024-01-30", 5))
    on = date(2024, 1, 30)
    source.found = [Action("ABC", on, "split", 2.0), Action("ABC", on, "dividend", 50.0)]
    (one,) = update(source, market, ["ABC"], EVENING).outcomes
    assert one.actions == 1
    assert "dividend of 50" in one.notes[0]
    assert market.adjusted_bars("ABC").close.tolist() == [5, 5]


def test_a_clock_that_was_put_back_asks_for_nothing_and_condemns_nothing(
    market: MarketRepository,
) -> None:
    source = Listed(("2024-01-29", 10), ("2024-01-30", 11))
    update(source, market, ["ABC"], EVENING)
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    market.save_progress("ABC", "listed", None)
    (one,) = update(source, market, ["ABC"], long_ago).outcomes
    assert one.current
    assert "clock" in one.notes[0]
    found = audit(market, "ABC", long_ago)
    assert found.quarantined == 0
    assert "future_date" not in {finding.check for finding in found.findings}


def test_a_clock_that_was_put_forward_stores_no_day_that_has_not_come(
    market: MarketRepository,
) -> None:
    source = Listed(("2024-01-29", 10))
    (one,) = update(source, market, ["ABC"], datetime(2099, 1, 1, tzinfo=UTC)).outcomes
    assert (one.written, one.until) == (1, date(2024, 1, 29))


def test_a_renamed_symbol_is_told_with_where_it_goes_on(market: MarketRepository) -> None:
    update(Listed(("2024-01-29", 10)), market, ["FB"], EVENING)
    update(Listed(("2024-01-30", 11)), market, ["META"], EVENING)
    market.save_symbol(Symbol("FB", renamed_to="META"))
    found = {finding.check: finding for finding in audit(market, "FB", EVENING).findings}
    assert found["renamed"].severity == "info"
    assert "freshness" not in found
    assert market.former_names("META") == ("FB",)


def test_a_change_of_currency_in_the_store_is_found(market: MarketRepository) -> None:
    for day, currency in (("2024-01-29", "GBp"), ("2024-01-30", "GBP")):
        market.upsert_bars(Bars.of("ABC", [(day, 1, 1, 1, 1, 1)], currency=currency))
    assert market.currencies("ABC") == ("GBp", "GBP")
    found = {finding.check for finding in audit(market, "ABC", EVENING).findings}
    assert "currency_change" in found
