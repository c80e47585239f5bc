"""Companies side by side, and systemic risk."""

from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton

from desktop_app.ui.timechart import Curve
from desktop_app.views.insights import InsightsPage, wording
from desktop_app.views.insights.compare_tables import MOST
from tests.seeded_insights import seed_comparison
from tests.ui.accessibility import nameless
from tests.ui.insights.desk import Desk, until, words
from tests.ui.insights.test_company import made
from worker_core import settings
from worker_core.risk.report import TITLES
from worker_core.storage import Storage

COMPARE = {"tab": "compare"}


async def add(desk: Desk, page: InsightsPage, symbol: str) -> None:
    page.compare.field.setText(symbol)
    QTest.keyClick(page.compare.field, Qt.Key.Key_Return)
    await desk.quiet()


def column(page: InsightsPage, place: int) -> list[object]:
    model = page.compare.metrics.rows
    return [model.index(row, place).data() for row in range(model.rowCount())]


async def test_companies_stand_side_by_side_with_the_latest_of_each_metric(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open(COMPARE)
    assert page.compare.symbols == ["AAPL"]
    assert "Add a second company" in words(page)
    await add(desk, page, "msft")
    table = page.compare.metrics
    QAbstractItemModelTester(table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    header = [table.rows.headerData(n, Qt.Orientation.Horizontal) for n in range(3)]
    assert header == ["Metric", "AAPL", "MSFT"]
    assert column(page, 0) == ["Revenue", "Net margin", "Revenue growth"]
    assert str(column(page, 1)[0]).endswith(" bn")
    assert column(page, 2)[1] == "21.0 %"
    assert column(page, 1)[2] == "–"
    page.compare.basis.setCurrentIndex(1)
    await desk.quiet()
    assert str(column(page, 1)[2]).endswith(" %")
    assert nameless(page) == []
    curves = [one for one in page.compare.tone.content.layers if isinstance(one, Curve)]
    assert [one.name for one in curves] == ["AAPL", "MSFT"]


async def test_a_difference_in_tone_has_its_corrected_p_and_its_size(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open(COMPARE)
    await add(desk, page, "MSFT")
    pairs = page.compare.pairs
    assert pairs.isVisible()
    told = [pairs.rows.index(0, place).data() for place in range(6)]
    assert told[0] == "AAPL / MSFT"
    assert told[2] is not None
    assert str(told[4]).endswith(("sure", "not sure"))
    await add(desk, page, "IBM")
    assert "IBM is not compared: it has 2 documents, and 8 are needed." in words(page)
    take_out = next(
        b for b in page.findChildren(QAbstractButton) if b.accessibleName() == "Take IBM out"
    )
    QTest.mouseClick(take_out, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert page.compare.symbols == ["AAPL", "MSFT"]


async def test_too_little_for_any_comparison_is_said_and_no_pair_shown(
    desk: Desk, storage: Storage
) -> None:
    for symbol in ("AAA", "BBB"):
        storage.market.upsert_bars(made(symbol, np.full(5, 3.0)))
    seed_comparison(storage, {"AAA": [0.1], "BBB": [0.2, 0.3]}, date(2020, 1, 1))
    page = await desk.open(COMPARE)
    await add(desk, page, "BBB")
    assert not page.compare.pairs.isVisible()
    said = words(page)
    assert "there was too little" in said
    assert "two companies with enough documents are needed" in said
    assert "None of them has a sentiment series" in page.compare.tone.content.empty


async def test_an_unknown_company_is_not_added_and_a_seventh_neither(
    desk: Desk, storage: Storage
) -> None:
    for number in range(MOST + 1):
        storage.market.upsert_bars(made(f"S{number}", np.full(5, 3.0)))
    page = await desk.open(COMPARE)
    await add(desk, page, "NONE")
    assert "Nothing is stored of NONE" in words(page)
    for number in range(1, MOST + 1):
        await add(desk, page, f"S{number}")
    assert len(page.compare.symbols) == MOST
    assert f"{MOST} can be compared at once" in words(page)


async def test_a_missing_comparison_is_one_button_away(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open(COMPARE)
    await add(desk, page, "GOOG")
    assert "not compared together yet" in words(page)
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "Compare sentiment")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.commands.sent)
    assert desk.commands.sent[0][1]["tickers"] == ["AAPL", "GOOG"]


async def test_systemic_risk_has_percentiles_contributions_and_its_label(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"tab": "risk"})
    risk = page.risk
    QAbstractItemModelTester(risk.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    said = words(page)
    assert "Coincident, not a forecast" in said
    assert "not what comes" in said
    titles = [risk.model.index(row, 0).data() for row in range(risk.model.rowCount())]
    assert titles[0] == "Turbulence"
    assert "Market volatility" in titles
    shares = [risk.model.index(row, 2).data() for row in range(risk.model.rowCount())]
    assert all(share is None or 0 <= share <= 1 for share in shares)
    assert any(share is not None for share in shares)
    risk.table.setFocus()
    QTest.keyClick(risk.table, Qt.Key.Key_Down)
    assert risk.chart.title == titles[1]
    mes = titles.index("Expected shortfall (MES)")
    risk.table.selectRow(mes)
    assert {name for name, _ in risk.contributions.rows} <= {"AAPL", "FB", "GOOG", "IBM", "MSFT"}
    assert len(risk.contributions.rows) >= 2
    assert risk.percentiles.content.layers
    assert not risk.contributions.grab().isNull()
    assert nameless(page) == []


async def test_without_a_measurement_there_is_one_next_step(desk: Desk, storage: Storage) -> None:
    page = await desk.open({"tab": "risk"})
    assert page.stage.empty is not None
    assert "No systemic risk is measured yet" in words(page)
    QTest.mouseClick(page.stage.empty.button, Qt.MouseButton.LeftButton)
    await until(lambda: desk.commands.sent)
    assert desk.commands.sent[0][0] == "anomaly_detection.systemic_risk_analysis"


async def test_the_tabs_change_by_mouse_and_keys(desk: Desk, seeded: settings.Settings) -> None:
    page = await desk.open({"symbol": "AAPL"})
    tabs = page.controls.tabs
    at = tabs.tabRect(2).center()
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=at)
    await desk.quiet()
    assert page.risk.isVisible()
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Left)
    await desk.quiet()
    assert page.compare.isVisible()
    assert not page.controls.field.isVisible()


def test_every_measure_of_the_workers_has_its_words() -> None:
    assert set(wording.MEASURES) == set(TITLES)


@pytest.mark.parametrize(
    ("value", "name", "unit", "said"),
    [
        (0.1234, "net_margin", "ratio", "12.3 %"),
        (1.5, "current_ratio", "ratio", "1.50"),
        (391_035_000_000.0, "revenue", "money", "391.0 bn"),
        (-1_250_000.0, "net_income", "money", "−1.25 M"),
        (-0.0123, "net_margin", "ratio", "−1.2 %"),
        (-0.5, "debt_to_equity", "ratio", "−0.50"),
        (6.08, "earnings_per_share", "money/share", "6.08"),
        (float("nan"), "x", "ratio", "–"),
        (None, "x", "money", "–"),
    ],
)
def test_a_metric_is_said_in_its_unit(value: float | None, name: str, unit: str, said: str) -> None:
    assert wording.metric(value, name, unit) == said


@pytest.mark.parametrize(
    ("unit", "currency", "said"),
    [
        ("money", "USD", "by quarter, USD"),
        ("money/share", "USD", "by quarter, USD"),
        ("money", None, "by quarter"),
        ("ratio", "USD", "by quarter"),
        ("days", "USD", "by quarter"),
    ],
)
def test_only_an_amount_is_said_to_be_in_a_currency(
    unit: str, currency: str | None, said: str
) -> None:
    assert wording.of_metric("by quarter", unit, currency) == said
