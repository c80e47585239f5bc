import numpy as np
import pytest

from tests.forecasting.price.markets import Market
from worker_core.forecasting.price import PriceDataError, forecast_prices, prepare


def refusal(closes: object, **more: object) -> PriceDataError:
    with pytest.raises(PriceDataError) as caught:
        forecast_prices(closes, 5, **more)  # type: ignore[arg-type]  # anything may come
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("closes", "code"),
    [
        ([], "empty"),
        ([float("nan")] * 300, "empty"),
        ([100.0], "short_history"),
        (list(range(1, 50)), "short_history"),
        ([100.0] * 300, "constant"),
        ([100.0] * 299 + [float("inf")], "infinite"),
        ([100.0, 101.0] * 150 + [-3.0], "not_positive"),
        ([100.0, 101.0] * 150 + [0.0], "not_positive"),
        (["one", "two"], "not_numbers"),
        ([[1.0, 2.0], [3.0, 4.0]], "shape"),
    ],
)
def test_prices_that_say_nothing_are_refused_in_words(closes: object, code: str) -> None:
    assert refusal(closes).code == code


def test_a_change_of_unit_is_refused(stock: Market) -> None:
    closes = stock.closes.copy()
    closes[700:] *= 100
    error = refusal(closes)
    assert error.code == "unit_change"
    assert "factor of 99.9" in error.message


def test_mostly_missing_prices_are_refused_and_a_few_gaps_are_told(stock: Market) -> None:
    closes = stock.closes.copy()
    closes[::3] = np.nan
    assert refusal(closes).code == "gaps"
    closes = stock.closes.copy()
    closes[[100, 500, 501]] = np.nan
    notes = forecast_prices(closes, 5).notes
    assert any("3 missing closes" in note for note in notes)


def test_a_missing_last_close_starts_from_the_one_before(stock: Market) -> None:
    closes = stock.closes.copy()
    closes[-1] = np.nan
    assert forecast_prices(closes, 5).last == stock.closes[-2]


def test_an_undeclared_split_is_named(stock: Market) -> None:
    closes = stock.closes.copy()
    closes[1000:] /= 2
    notes = forecast_prices(closes, 5).notes
    assert any("2:1 split" in note for note in notes)
    assert any("sessions before the end, as" in note for note in notes)
    days = np.arange(len(closes)) + np.datetime64("2010-01-04")
    dated = prepare(closes, dates=days[::-1]).notes
    assert any(f" on {days[::-1][999]}, as" in note for note in dated)
    assert not any("split" in note for note in forecast_prices(stock.closes, 5).notes)


def test_a_short_history_is_forecast_with_its_limits(stock: Market) -> None:
    forecast = forecast_prices(stock.closes[-90:], 30)
    assert forecast.models == ("EWMA",)
    said = " ".join(forecast.notes)
    assert "short" in said
    assert "EWMA alone" in said
    assert "30 sessions ahead is far" in said


def test_dates_out_of_order_are_sorted(stock: Market) -> None:
    days = np.arange("2015-01-01", 1500, dtype="datetime64[D]")
    order = np.random.default_rng(0).permutation(1500)
    plain = forecast_prices(stock.closes, 5, ohlc=stock.ohlc)
    mixed = forecast_prices(stock.closes[order], 5, ohlc=stock.ohlc[order], dates=days[order])
    np.testing.assert_array_equal(mixed.quantiles, plain.quantiles)
    assert any("sorted" in note for note in mixed.notes)


def test_a_day_given_twice_counts_once_and_a_contradiction_is_refused(stock: Market) -> None:
    days = np.arange("2015-01-01", 1500, dtype="datetime64[D]")
    twice, closes = np.append(days, days[700]), np.append(stock.closes, stock.closes[700])
    history = prepare(closes, dates=twice)
    np.testing.assert_array_equal(history.returns, np.diff(np.log(stock.closes)))
    assert any("twice" in note for note in history.notes)
    closes[-1] *= 1.01
    assert refusal(closes, dates=twice).code == "conflict"


def test_dates_that_do_not_fit_the_closes_are_refused(stock: Market) -> None:
    days = np.arange("2015-01-01", 1499, dtype="datetime64[D]")
    assert refusal(stock.closes, dates=days).code == "dates"
    assert refusal(stock.closes, ohlc=stock.ohlc[:-1]).code == "shape"
    broken = np.append(days, np.datetime64("NaT"))
    assert refusal(stock.closes, dates=broken).code == "dates"


def test_bars_that_contradict_themselves_leave_the_closes(stock: Market) -> None:
    broken = stock.ohlc.copy()
    broken[:, [1, 2]] = broken[:, [2, 1]]
    forecast = forecast_prices(stock.closes, 5, ohlc=broken)
    assert any("ranges cannot be used" in note for note in forecast.notes)
    np.testing.assert_array_equal(forecast.quantiles, forecast_prices(stock.closes, 5).quantiles)


def test_a_few_bad_bars_are_passed_over(stock: Market) -> None:
    broken = stock.ohlc.copy()
    broken[10, 1], broken[20, 0], broken[30] = np.nan, 0.0, -1.0
    broken[30, 3] = stock.closes[30]
    forecast = forecast_prices(stock.closes, 5, ohlc=broken)
    assert np.isfinite(forecast.quantiles).all()
    assert forecast.models == ("EWMA", "GJR-t", "HAR")


def test_only_the_last_ten_years_count() -> None:
    generator = np.random.default_rng(2)
    closes = np.exp(np.cumsum(generator.normal(0, 0.01, 4000)))
    whole = prepare(closes)
    assert len(whole.returns) == 2520
    assert whole.kept[0] == 4000 - 2521


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_absurdly_scaled_prices_give_numbers_or_a_refusal(stock: Market, size: float) -> None:
    closes = stock.closes * size
    try:
        forecast = forecast_prices(closes, 252)
    except PriceDataError:
        return
    assert np.isfinite(forecast.quantiles).all()
