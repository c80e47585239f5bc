"""One symbol in all panels, by mouse and keys."""

from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.ui.timechart import Candles, Curve, Fan, Rules, TimeChart, Volume
from desktop_app.views.insights import InsightsPage
from desktop_app.views.insights.drawn import key_of
from tests.seeded_insights import TASK
from tests.ui.accessibility import nameless
from tests.ui.insights.desk import Desk, until, words
from worker_core import settings
from worker_core.market.bars import Action, Bars
from worker_core.storage import ForecastPoint, NewForecast, Storage


def layer(chart: TimeChart, kind: type) -> object:
    return next((one for one in chart.content.layers if type(one) is kind), None)


async def type_symbol(desk: Desk, page: InsightsPage, symbol: str) -> None:
    page.search()
    assert page.controls.field.selectedText() == page.controls.field.text()
    page.controls.field.setText(symbol)
    QTest.keyClick(page.controls.field, Qt.Key.Key_Return)
    await desk.quiet()


def made(symbol: str, closes: np.ndarray, first: str = "2015-01-01") -> Bars:
    days = np.busday_offset(np.datetime64(first), np.arange(len(closes)), roll="forward")
    return Bars(
        symbol, days, closes.copy(), closes + 1, closes - 1, closes, np.full(len(closes), 1e6),
        currency="USD", provider="test",
    )  # fmt: skip


async def test_a_symbol_drives_all_panels(desk: Desk, seeded: settings.Settings) -> None:
    page = await desk.open({"symbol": "AAPL"})
    company = page.company
    assert page.controls.field.text() == "AAPL · Apple"
    assert page.controls.about.text().startswith("900 sessions")  # the name is in the field
    for kind in (Candles, Volume, Fan):
        assert layer(company.price, kind) is not None
    assert layer(company.tone, Curve) is not None
    assert layer(company.by_period, Fan) is not None
    assert company.by_period.title == "Revenue"
    assert company.price.marks is not None
    assert company.price.marks.marks
    assert nameless(page) == []
    await type_symbol(desk, page, "MSFT")
    assert company.price.title == "MSFT price"
    assert layer(company.price, Fan) is None
    assert "No forecast of MSFT is stored" in words(company)
    assert layer(company.tone, Curve) is not None
    await type_symbol(desk, page, "ibm")
    assert page.symbol == "IBM"
    assert "No sentiment of IBM" in company.tone.content.empty
    assert "No metrics of IBM" in company.by_period.content.empty


async def test_the_field_completes_symbols_and_names_from_the_store(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open()
    completer = page.controls.field.completer()
    assert completer is not None
    completer.setCompletionPrefix("micro")
    assert completer.currentCompletion() == "MSFT · Microsoft"
    completer.activated.emit("MSFT · Microsoft")
    page.controls.field.setText("MSFT · Microsoft")
    QTest.keyClick(page.controls.field, Qt.Key.Key_Return)
    await desk.quiet()
    assert page.symbol == "MSFT"


async def test_beside_the_forecast_stands_what_it_is_worth(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    card = page.company.side.reliability
    record = page.company.forecast
    assert record is not None
    assert record.dm_p is not None
    said = words(card)
    assert card.verdict.text() == "Not shown to be better than historical simulation."
    for figure in (record.coverage_80, record.coverage_95, record.base_rate):
        assert f"{figure:.1%}".replace("%", " %") in said
    assert f"p = {record.dm_p:.3f}" in said
    assert "(the base rate)" in said
    assert "Worst year, 95 %" in said
    assert "Nothing of it has come yet." in said
    assert "seasonal naive" in page.company.side.metric_reliability.verdict.text()


async def test_an_earlier_forecast_is_shown_with_the_path_that_came(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    company = page.company
    assert layer(company.price, Curve) is None
    company.side.forecasts.setFocus()
    QTest.keyClick(company.side.forecasts, Qt.Key.Key_Down)
    came = layer(company.price, Curve)
    assert isinstance(came, Curve)
    assert len(came.values) == 16
    record = company.forecast
    assert record is not None
    assert f"15 of {record.horizon} steps came" in words(company.side.reliability)
    fan = layer(company.price, Fan)
    assert isinstance(fan, Fan)
    assert fan.days[0] == np.datetime64(record.as_of)
    # The path and the candles are on one basis.
    candles = layer(company.price, Candles)
    assert isinstance(candles, Candles)
    at = np.searchsorted(candles.days, came.days)
    assert candles.closes[at] == pytest.approx(came.values, rel=1e-6)


async def test_a_click_on_a_mark_tells_why_how_far_and_which_task(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    company = page.company
    QTest.mouseClick(
        next(b for b in page.findChildren(QPushButton) if b.text() == "All"),
        Qt.MouseButton.LeftButton,
    )
    price = company.price
    price.grab()
    assert price.marks is not None
    mark = price.marks.marks[0]
    view = price.view()
    at = QPoint(
        round(view.x_of(company.span.sessions.place(mark.day))), round(view.lane.center().y())
    )
    QTest.mouseClick(price, Qt.MouseButton.LeftButton, pos=at)
    drawer = company.drawer
    assert drawer.isVisible()
    assert drawer.record is not None
    said = words(drawer)
    assert "from 2011-07-27 to 2011-08-23 (-7.4" in drawer.record.words
    assert "from 27 Jul 2011 to 23 Aug 2011 (-7.4 %)" in said
    assert drawer.record.unit in said
    assert "usual" in said
    QTest.mouseClick(drawer.task, Qt.MouseButton.LeftButton)
    assert desk.went == [("tasks", {"uuid": TASK})]
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    assert not drawer.isVisible()
    assert price.marks.chosen is None


async def test_the_keys_go_to_an_anomaly_and_open_it(desk: Desk, seeded: settings.Settings) -> None:
    page = await desk.open({"symbol": "AAPL"})
    price = page.company.price
    price.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(price, Qt.Key.Key_Left, shift)
    QTest.keyClick(price, Qt.Key.Key_Return)
    assert page.company.drawer.isVisible()
    newest = max(
        (one for one in page.company.side.anomalies.model.rows if one.kind != "metric"),
        key=lambda one: one.at,
    )
    assert page.company.drawer.record == newest


async def test_the_list_of_anomalies_opens_one_by_click_and_return(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    found = page.company.side.anomalies
    QAbstractItemModelTester(
        found.model, QAbstractItemModelTester.FailureReportingMode.Fatal, found
    )
    row = next(n for n, one in enumerate(found.model.rows) if one.kind == "pattern")
    index = found.model.index(row, 0)
    found.table.scrollTo(index)
    at = found.table.visualRect(index).center()
    QTest.mouseClick(found.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    drawer = page.company.drawer
    assert drawer.record == found.model.row_at(row)
    assert "Past windows most like it" in words(drawer)
    windows = [b for b in drawer.findChildren(QPushButton) if "distance" in b.text()]
    assert len(windows) == len(drawer.record.nearest)
    QTest.mouseClick(windows[0], Qt.MouseButton.LeftButton)
    begun = date.fromisoformat(str(drawer.record.nearest[0]["start"])[:10])
    assert page.company.span.pointer is not None
    assert page.company.span.sessions.day_at(page.company.span.pointer) == begun
    drawer.close_drawer()
    found.table.setFocus()
    found.table.setCurrentIndex(found.model.index(0, 0))
    QTest.keyClick(found.table, Qt.Key.Key_Return)
    assert key_of(found.model.row_at(0)) == key_of(drawer.record)


async def test_as_traded_shows_the_splits_and_other_prices(desk: Desk, storage: Storage) -> None:
    bars = made("SPLT", np.concatenate((np.full(50, 100.0), np.full(50, 50.0))))
    storage.market.upsert_bars(bars)
    day = bars.dates[50].item()
    storage.market.upsert_actions([Action("SPLT", day, "split", 2.0, "USD", "test")])
    page = await desk.open({"symbol": "SPLT"})
    candles = layer(page.company.price, Candles)
    assert isinstance(candles, Candles)
    assert set(candles.closes.tolist()) == {50.0}
    assert layer(page.company.price, Rules) is None
    QTest.mouseClick(page.controls.adjusted, Qt.MouseButton.LeftButton)
    await desk.quiet()
    candles = layer(page.company.price, Candles)
    assert isinstance(candles, Candles)
    assert candles.closes[0] == 100.0
    rules = layer(page.company.price, Rules)
    assert isinstance(rules, Rules)
    assert rules.words == ["2:1 split"]
    assert page.company.price.content.note == "as traded"


async def test_a_fan_follows_its_prices_over_a_split(desk: Desk, storage: Storage) -> None:
    bars = made("SPLT", np.full(120, 100.0))
    storage.market.upsert_bars(bars)
    storage.market.upsert_actions(
        [Action("SPLT", bars.dates[110].item(), "split", 2.0, "USD", "test")]
    )
    shares = (0.025, 0.1, 0.5, 0.9, 0.975)
    points = tuple(
        ForecastPoint(n, bars.dates[100 + n].item(), 100.0, (80.0, 90.0, 100.0, 110.0, 120.0))
        for n in (1, 2, 3)
    )
    storage.forecasts.save(
        NewForecast(
            "price", "SPLT", bars.dates[100].item(), 3, "v", 100.0, shares, points, 0, "hash"
        )
    )
    page = await desk.open({"symbol": "SPLT"})
    fan = layer(page.company.price, Fan)
    assert isinstance(fan, Fan)
    assert fan.intervals[95.0][0].tolist() == [50.0, 40.0, 40.0, 40.0]
    assert "Not tested" in page.company.side.reliability.verdict.text()


async def test_periods_and_the_log_scale_change_what_is_in_sight(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "MSFT"})
    span = page.company.span
    for words_, sessions in (("3M", 63), ("1Y", 252), ("All", None)):
        button = next(b for b in page.findChildren(QPushButton) if b.text() == words_)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        whole = span.whole[1] - span.whole[0]
        assert span.end - span.start == pytest.approx(sessions or whole)
    QTest.mouseClick(page.controls.log, Qt.MouseButton.LeftButton)
    page.company.price.grab()
    assert page.company.price.view().log


async def test_what_was_looked_at_stays_when_the_same_symbol_is_read_anew(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    span = page.company.span
    span.show(100, 200)
    page.company.side.forecasts.setCurrentIndex(1)
    page.refresh()
    await desk.quiet()
    assert (span.start, span.end) == (100, 200)
    assert page.company.side.forecasts.currentIndex() == 1


# Empty and hostile


async def test_an_empty_store_has_one_next_step(desk: Desk, storage: Storage) -> None:
    page = await desk.open()
    assert page.stage.empty is not None
    assert "Nothing is stored yet" in words(page)
    assert page.controls.act_buttons == {}
    QTest.mouseClick(page.stage.empty.button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.commands.sent)
    assert desk.commands.sent[0][0] == "data_processing.update_market_data"
    assert desk.commands.sent[0][1]["provider"] == "sample"


async def test_an_unknown_symbol_offers_to_fetch_it(desk: Desk, seeded: settings.Settings) -> None:
    page = await desk.open({"symbol": "tsla"})
    assert page.stage.empty is not None
    assert "Nothing is stored of TSLA" in words(page)
    QTest.mouseClick(page.stage.empty.button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.commands.sent)
    assert desk.commands.sent[0][1]["tickers"] == ["TSLA"]


@pytest.mark.parametrize(
    "symbol", ["<b>X</b>", "a b", "'; DROP TABLE bars; --", "ÄÖ", "X" * 500, "../x", "%_"]
)
async def test_what_is_no_symbol_is_said_to_be_none(
    desk: Desk, seeded: settings.Settings, symbol: str
) -> None:
    page = await desk.open({"symbol": symbol})
    assert page.stage.empty is not None
    assert "is no symbol" in words(page)
    assert not hasattr(page.stage.empty, "button")


async def test_a_symbol_with_odd_signs_is_shown_and_one_that_tasks_refuse_says_why(
    desk: Desk, storage: Storage
) -> None:
    storage.market.upsert_bars(made("^odd/x_y", np.linspace(10, 20, 100)))
    page = await desk.open({"symbol": "^odd/x_y"})
    assert page.company.price.title == "^odd/x_y price"
    QTest.mouseClick(page.controls.act_buttons["Forecast"], Qt.MouseButton.LeftButton)
    await until(lambda: desk.said)
    assert desk.said[0].level == "error"
    assert desk.commands.sent == []


async def test_one_bar_is_drawn_and_too_little_for_a_forecast_is_said(
    desk: Desk, storage: Storage
) -> None:
    storage.market.upsert_bars(made("ONE", np.array([5.0])))
    page = await desk.open({"symbol": "ONE"})
    assert not page.company.price.grab().isNull()
    assert "Too little for a forecast: 1 prices are stored, and 61 are needed" in words(page)
    assert "longer history" in words(page)


async def test_forty_years_with_missing_columns_are_drawn(desk: Desk, storage: Storage) -> None:
    count = 10_080
    bars = made("OLD", np.linspace(1, 500, count), first="1980-01-01")
    bars.open[:] = np.nan
    bars.volume[::2] = np.nan
    storage.market.upsert_bars(bars)
    page = await desk.open({"symbol": "OLD"})
    page.company.show_last(None)
    image = page.company.price.grab()
    assert not image.isNull()
    assert "a candle a" in page.company.price.content.note_in(page.company.price.view())


async def test_a_database_that_is_away_is_said_and_trying_again_helps(
    desk: Desk, seeded: settings.Settings
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFI_DATABASE_URL", "postgresql://127.0.0.1:9/none")
        settings.current.cache_clear()
        page = await desk.open()
    settings.current.cache_clear()
    instead = page.stage.empty
    assert instead is not None
    assert words(instead)
    assert instead.button.text() == "Try again"
    QTest.mouseClick(instead.button, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert page.symbol == "AAPL"
    assert page.company.isVisible()


async def test_a_page_out_of_sight_asks_nothing(desk: Desk, seeded: settings.Settings) -> None:
    page = await desk.open({"symbol": "AAPL"})
    page.hidden()
    page.refresh()
    page.show_symbol("MSFT")
    assert not desk.background.busy
    page.shown()
    await desk.quiet()
    assert page.company.price.title == "MSFT price"
