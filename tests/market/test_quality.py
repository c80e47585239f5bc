"""What is wrong with prices is found, and what only looks so is not."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from worker_core.market.adjust import split_adjusted
from worker_core.market.bars import Action, Bars
from worker_core.market.intake import take_in
from worker_core.market.quality import Subject, check, check_intake, worst
from worker_core.market.quality.levels import jumps
from worker_core.market.records import Finding
from worker_core.market.sample import sample_actions, sample_bars
from worker_core.market.tables import read_tables

DEFECTS = Path(__file__).parents[2].parent / "shared" / "data" / "quality"
TODAY = date(2026, 1, 1)


def walk(n: int = 300, start: str = "2023-01-02", seed: int = 1) -> Bars:
    """A quiet share on weekdays."""
    random = np.random.default_rng(seed)
    days = np.busday_offset(np.datetime64(start), np.arange(n), roll="forward")
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.012, n)))
    opening = close * np.exp(random.normal(0, 0.003, n))
    high = np.maximum(opening, close) * 1.005
    low = np.minimum(opening, close) * 0.995
    volume = np.round(1e6 * np.exp(random.normal(0, 0.3, n)))
    return Bars("ABC", days, opening, high, low, close, volume, currency="USD")


def scaled(bars: Bars, rows: slice | list[int], factor: float, *, volume: bool = False) -> Bars:
    prices, shares = np.ones(len(bars)), np.ones(len(bars))
    prices[rows] *= factor
    if volume:
        shares[rows] /= factor
    columns = [getattr(bars, name) * prices for name in ("open", "high", "low", "close")]
    return Bars(bars.symbol, bars.dates, *[*columns, bars.volume * shares])


def found(bars: Bars, name: str, **about: object) -> list[Finding]:
    subject = Subject(bars, today=TODAY, **about)  # type: ignore[arg-type]  # fields of it
    return [one for one in check(subject) if one.check == name]


def test_a_quiet_share_has_no_findings() -> None:
    assert check(Subject(walk(), today=TODAY)) == []
    assert check(Subject(Bars.empty("ABC"), today=TODAY)) == []
    assert check(Subject(walk(1), today=TODAY)) == []
    assert check(Subject(walk(2), today=TODAY)) == []


def test_the_samples_true_splits_are_told_from_its_crash() -> None:
    told = {
        (one.check, bars.symbol, str(one.days[0]), one.evidence["ratio"])
        for bars in sample_bars()
        for one in check(Subject(bars, exchange="XNYS", today=TODAY))
        if one.check in {"undeclared_split", "crash", "surge"}
    }
    assert told == {
        ("undeclared_split", "AAPL", "2000-06-21", 2.0),
        ("undeclared_split", "AAPL", "2005-02-28", 2.0),
        ("undeclared_split", "MSFT", "2003-02-18", 2.0),
        ("crash", "AAPL", "2000-09-29", 2.0),
    }


def test_declared_splits_are_no_findings_and_the_crash_stays_one() -> None:
    for bars in sample_bars():
        actions = tuple(one for one in sample_actions() if one.symbol == bars.symbol)
        findings = check(Subject(bars, actions, today=TODAY))
        assert worst(findings) != "error"
        crashes = [one for one in findings if one.check == "crash"]
        assert len(crashes) == (bars.symbol == "AAPL")
        assert all(one.action == "kept" for one in crashes)


def test_splits_of_every_usual_ratio_are_found_anywhere_in_real_prices() -> None:
    random = np.random.default_rng(7)
    hits = tries = 0
    for bars in sample_bars():
        if bars.symbol.startswith("^"):
            continue
        quiet = split_adjusted(bars, [one for one in sample_actions() if one.symbol == bars.symbol])
        for ratio in (2.0, 3.0, 1.5, 4.0, 10.0, 0.1, 0.5, 0.2):
            row = int(random.integers(30, len(bars) - 10))
            split = scaled(quiet, slice(0, row), ratio, volume=True)
            around = split.take(slice(max(0, row - 150), row + 100))
            told = [one for one in jumps(Subject(around)) if one.check == "undeclared_split"]
            tries += 1
            hits += (bars.dates[row].item(), ratio) in [
                (one.days[0], round(one.evidence["ratio"], 6)) for one in told
            ]
    assert tries == 40
    assert hits >= 38


@pytest.mark.parametrize("ratio", [2.0, 0.1])
def test_a_declared_split_must_show_in_raw_prices(ratio: float) -> None:
    day = walk().dates[100].item()
    split = (Action("ABC", day, "split", ratio),)
    assert found(walk(), "split_without_step", actions=split)
    stepped = scaled(walk(), slice(0, 100), ratio, volume=True)
    assert check(Subject(stepped, split, today=TODAY)) == []


def test_a_bad_tick_is_quarantined_and_a_crash_that_recovers_slowly_is_not() -> None:
    (spike,) = found(scaled(walk(), [150], 1.6), "spike_reversal")
    assert (spike.action, spike.severity, spike.days) == (
        "quarantined",
        "error",
        (walk().dates[150].item(),),
    )
    (small,) = found(scaled(walk(), [150], 1.16), "spike_reversal")
    assert small.action == "flagged"
    fallen = scaled(walk(), slice(150, 160), 0.7)
    assert found(fallen, "spike_reversal") == []


def test_days_in_another_unit_are_quarantined_and_an_edge_alone_is_flagged() -> None:
    (block,) = found(scaled(walk(), slice(100, 104), 0.01), "unit_edge")
    assert (block.action, block.rows) == ("quarantined", 4)
    (edge,) = found(scaled(walk(), slice(200, None), 100.0), "unit_edge")
    assert (edge.action, edge.days) == ("flagged", (walk().dates[200].item(),))
    assert found(scaled(walk(), slice(200, None), 100.0), "undeclared_split") == []


@pytest.mark.parametrize("price", [-3.0, 0.0])
def test_prices_that_cannot_be_are_quarantined_and_hide_nothing_else(price: float) -> None:
    bars = scaled(walk(), [40], 1.6)
    close = bars.close.copy()
    close[10] = price
    bad = Bars("ABC", bars.dates, bars.open, bars.high, bars.low, close, bars.volume)
    findings = check(Subject(bad, today=TODAY))
    held = {one.check: one.days for one in findings if one.action == "quarantined"}
    assert held == {
        "positive_prices": (bars.dates[10].item(),),
        "spike_reversal": (bars.dates[40].item(),),
    }


def test_prices_that_no_share_has_are_quarantined() -> None:
    bars = scaled(scaled(walk(), [40], 1e300), [90], 1e-300)
    (one,) = found(bars, "implausible_price")
    assert (one.action, one.rows) == ("quarantined", 2)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_in_the_columns_the_checks_come_to_an_end(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(0, 60))
    odd = [-1.0, 0.0, 1e-320, 1e-9, 0.01, 1.0, 2.0, 50.0, 100.0, 1e6, 1e13, 1e308, np.nan, np.inf]
    days = np.sort(random.choice(np.arange(20_000), n, replace=False)).astype("datetime64[D]")
    columns = [random.choice(odd, n) for _ in range(3)]
    close = random.choice([value for value in odd if np.isfinite(value)], n)
    bars = Bars("ABC", days, *[*columns, close, random.choice(odd, n)])
    actions = tuple(
        Action("ABC", day, kind, float(random.choice([0.01, 0.5, 2.0, 100.0])))
        for day in days[: n // 4].tolist()
        for kind in ("split", "dividend")
    )
    for split_adjusted_source in (False, True):
        subject = Subject(
            bars, actions, random.choice(odd, n), (), split_adjusted_source, today=TODAY
        )
        for one in check(subject):
            assert one.message
            assert set(one.days) <= {*days.tolist(), *(action.ex_date for action in actions)}


def test_bars_of_days_to_come_are_quarantined() -> None:
    bars = walk()
    findings = check(Subject(bars, today=bars.dates[-3].item()))
    (ahead,) = [one for one in findings if one.check == "future_date"]
    assert (ahead.rows, ahead.action) == (2, "quarantined")


def test_a_close_outside_of_the_days_range_is_kept_with_a_warning() -> None:
    bars = walk()
    high = bars.high.copy()
    high[5] = bars.close[5] * 0.98
    odd = Bars("ABC", bars.dates, bars.open, high, bars.low, bars.close, bars.volume)
    (one,) = found(odd, "ohlc_consistency")
    assert (one.action, one.severity, one.rows) == ("kept", "warning", 1)
    high[5] = max(bars.close[5], bars.open[5]) * 0.9995
    odd = Bars("ABC", bars.dates, bars.open, high, bars.low, bars.close, bars.volume)
    assert found(odd, "ohlc_consistency") == []


def test_a_feed_that_stands_still_is_told_from_a_share_that_seldom_moves() -> None:
    bars = walk()
    close = bars.close.copy()
    close[100:112] = close[100]
    none = np.full(len(bars), np.nan)
    (one,) = found(Bars("ABC", bars.dates, none, none, none, close, bars.volume), "stale_run")
    assert one.evidence["longest"] == 12
    seldom = np.repeat(bars.close[::6], 6)[: len(bars)]
    assert found(Bars("ABC", bars.dates, none, none, none, seldom, none), "stale_run") == []
    flat = Bars("ABC", bars.dates, none, none, none, np.full(len(bars), 5.0), none)
    assert found(flat, "stale_run")


def test_days_without_trades_and_volumes_below_zero_are_told() -> None:
    bars = walk()
    volume = bars.volume.copy()
    volume[3], volume[4] = 0, -5
    odd = Bars("ABC", bars.dates, bars.open, bars.high, bars.low, bars.close, volume)
    assert [one.rows for one in found(odd, "zero_volume")] == [1]
    assert [one.action for one in found(odd, "volume")] == ["flagged"]


def test_sessions_are_compared_with_the_calendar_of_the_exchange() -> None:
    aapl = next(bars for bars in sample_bars() if bars.symbol == "AAPL")
    assert found(aapl, "missing_session", exchange="XNYS") == []
    keep = np.ones(len(aapl), bool)
    keep[[100, 101]] = False
    (missing,) = found(aapl.take(keep), "missing_session", exchange="XNYS")
    assert missing.days == (aapl.dates[100].item(), aapl.dates[101].item())
    dates = aapl.dates.copy()
    dates[50] = np.datetime64("2000-05-13")
    moved = Bars("AAPL", np.sort(dates), *(aapl.close,) * 4, aapl.volume)
    assert [str(day) for day in found(moved, "extra_session", exchange="XNYS")[0].days] == [
        "2000-05-13"
    ]
    assert found(moved, "extra_session")
    (unknown,) = found(aapl, "sessions", exchange="NOWHERE")
    assert "no calendar" in unknown.message


def test_holes_old_data_and_new_names_are_told() -> None:
    bars = walk()
    keep = np.ones(len(bars), bool)
    keep[100:120] = False
    (gap,) = found(bars.take(keep), "gap")
    assert gap.evidence["longest_days"] == 31
    (old,) = found(bars, "freshness", fresh=True)
    assert old.action == "flagged"
    assert found(bars, "freshness") == []
    last = bars.dates[-1].item()
    (fits,) = found(bars, "renamed", renamed_to="XYZ", continues_on=date(2024, 2, 26))
    assert (fits.severity, last) == ("info", date(2024, 2, 23))
    (hole,) = found(bars, "renamed", renamed_to="XYZ", continues_on=date(2024, 6, 3))
    assert "missing between" in hole.message
    (both,) = found(bars, "renamed", renamed_to="XYZ", continues_on=date(2024, 1, 3))
    assert "both have bars" in both.message
    (none,) = found(bars, "renamed", renamed_to="XYZ")
    assert "no bars" in none.message


def test_a_change_of_currency_is_an_error() -> None:
    bars = walk()
    words = ("GBp",) * 100 + ("GBP",) * 200
    (one,) = found(bars, "currency_change", currency=words)
    assert (one.severity, one.days) == ("error", (bars.dates[100].item(),))
    assert found(bars, "currency_change", currency=("GBP",) * 300) == []


def test_dividends_that_the_price_does_not_know_of_are_told() -> None:
    bars = walk()
    on = bars.dates[100].item()
    before = float(bars.close[99])
    assert found(bars, "dividend_size", actions=(Action("ABC", on, "dividend", before * 0.3),))
    small = (Action("ABC", on, "dividend", before * 0.01),)
    assert check(Subject(bars, small, today=TODAY)) == []
    again = (*small, Action("ABC", bars.dates[102].item(), "dividend", before * 0.011))
    assert found(bars, "dividend_twice", actions=again)


CASES = {
    "1398-HK-1d-bad-div": "dividend_adjustment",
    "4063-T-1d-bad-div": "dividend_adjustment",
    "8TRA-DE-1d-missing-div-adjust": "dividend_adjustment",
    "ADIG-L-1d-bad-div": "dividend_adjustment",
    "ALPHA-PA-1d-bad-stock-split": "spike_reversal",
    "AV-L-1wk-bad-stock-split": "split_not_applied",
    "CLC-L-1d-bad-div": "dividend_adjustment",
    "DEX-AX-1d-bad-stock-split": "split_not_applied",
    "KAP-IL-1d-bad-div": "dividend_twice",
    "KME-MI-1d-bad-div": "dividend_size",
    "LA-V-1d-bad-stock-split": "spike_reversal",
    "MOB-ST-1d-bad-stock-split": "spike_reversal",
    "PSH-L-1d-bad-div": "dividend_size",
    "RGL-L-1d-bad-div": "dividend_adjustment",
    "SCR-TO-1d-bad-div": "dividend_size",
    "SPM-MI-1d-bad-stock-split": "split_not_applied",
    "SSW-JO-1d-100x-error": "unit_edge",
    "TENT-L-1d-bad-div": "dividend_size",
}
# What the repair of these left, or made: a week that fell by 19 %, and a ticker whose price is a
# whole number of hundredths.
STILL = {"AV-L-1wk-bad-stock-split", "ALPHA-PA-1d-bad-stock-split"}


def checked(name: str) -> list[Finding]:
    path = DEFECTS / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"the defective price files are not here: {path}")
    (table,) = read_tables(path)
    one = take_in(table)
    subject = Subject(
        one.bars, one.actions, one.adjusted, one.currency, one.split_adjusted, today=TODAY
    )
    return check_intake(one, subject)


@pytest.mark.parametrize(("name", "check_name"), CASES.items())
def test_a_real_defect_is_found_and_is_gone_after_its_repair(name: str, check_name: str) -> None:
    assert check_name in {one.check for one in checked(name)}
    if name not in STILL:
        assert check_name not in {one.check for one in checked(f"{name}-fixed")}


@pytest.mark.parametrize("name", ["EWG-1d-no-bad-divs", "IBE-MC-1d-no-bad-divs"])
def test_a_real_file_without_defects_has_no_findings(name: str) -> None:
    assert checked(name) == []
