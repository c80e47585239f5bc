"""Metrics worked out by hand, and what is said where there is none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker_core import documents
from worker_core.documents import Fact, Limits
from worker_core.documents.metrics import (
    FORMULAS,
    MetricReport,
    compute_metrics,
    reporting_periods,
)

D = Decimal
END, YEAR_AGO = date(2024, 12, 31), date(2023, 12, 31)


def flow(concept: str, value: float | str, end: date = END, days: int = 366, **more: Any) -> Fact:
    """A fact of so many days."""
    start = end - timedelta(days=days - 1)
    fact = Fact(f"us-gaap:{concept}", D(str(value)), unit="USD", start=start, end=end)
    return replace(fact, **more)


def stock(concept: str, value: float | str, end: date = END, **more: Any) -> Fact:
    """A fact of one day."""
    return replace(Fact(f"us-gaap:{concept}", D(str(value)), unit="USD", end=end), **more)


def report(*facts: Fact, **options: Any) -> MetricReport:
    """The metrics of facts that make some."""
    found = compute_metrics(facts, **options)
    assert found is not None
    return found


COMPANY = (
    flow("Revenues", 1000), flow("Revenues", 800, YEAR_AGO, 365),
    flow("CostOfRevenue", 600), flow("CostOfRevenue", 500, YEAR_AGO, 365),
    flow("OperatingIncomeLoss", 200), flow("OperatingIncomeLoss", 160, YEAR_AGO, 365),
    flow("InterestExpense", 20), flow("IncomeTaxExpenseBenefit", 45),
    flow("NetIncomeLoss", 135), flow("NetIncomeLoss", 100, YEAR_AGO, 365),
    flow("NetCashProvidedByUsedInOperatingActivities", 180),
    flow("PaymentsToAcquirePropertyPlantAndEquipment", 60),
    flow("DepreciationDepletionAndAmortization", 50),
    flow("DepreciationDepletionAndAmortization", 40, YEAR_AGO, 365),
    flow("SellingGeneralAndAdministrativeExpense", 150),
    flow("SellingGeneralAndAdministrativeExpense", 120, YEAR_AGO, 365),
    stock("Assets", 2000), stock("Assets", 1600, YEAR_AGO),
    stock("AssetsCurrent", 700), stock("AssetsCurrent", 500, YEAR_AGO),
    stock("LiabilitiesCurrent", 350), stock("LiabilitiesCurrent", 300, YEAR_AGO),
    stock("Liabilities", 1200), stock("Liabilities", 1000, YEAR_AGO),
    stock("StockholdersEquity", 800), stock("StockholdersEquity", 600, YEAR_AGO),
    stock("RetainedEarningsAccumulatedDeficit", 500),
    stock("LongTermDebtNoncurrent", 400), stock("LongTermDebtNoncurrent", 400, YEAR_AGO),
    stock("DebtCurrent", 100), stock("CashAndCashEquivalentsAtCarryingValue", 150),
    stock("InventoryNet", 210), stock("AccountsReceivableNetCurrent", 120),
    stock("AccountsReceivableNetCurrent", 80, YEAR_AGO),
    stock("PropertyPlantAndEquipmentNet", 900),
    stock("PropertyPlantAndEquipmentNet", 760, YEAR_AGO),
    stock("CommonStockSharesOutstanding", 100, unit="shares"),
    stock("CommonStockSharesOutstanding", 100, YEAR_AGO, unit="shares"),
    flow("EarningsPerShareDiluted", "1.35", unit="USD/shares"),
    flow("WeightedAverageNumberOfDilutedSharesOutstanding", 100, unit="shares"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("revenue_growth", "0.25"), ("gross_margin", "0.4"), ("operating_margin", "0.2"),
        ("net_margin", "0.135"), ("effective_tax_rate", "0.25"), ("return_on_assets", "0.075"),
        ("return_on_equity", "0.192857142857"), ("return_on_closing_equity", "0.16875"),
        ("return_on_capital", "0.115384615385"), ("current_ratio", "2"), ("quick_ratio", "1.4"),
        ("cash_ratio", "0.428571428571"), ("working_capital", "350"), ("debt_to_equity", "0.625"),
        ("liabilities_to_assets", "0.6"), ("net_debt", "350"), ("interest_coverage", "10"),
        ("free_cash_flow", "120"), ("cash_conversion", "1.33333333333"),
        ("accruals_to_assets", "-0.025"), ("earnings_per_share_diluted", "1.35"),
        ("book_value_per_share", "8"), ("revenue_per_share", "10"),
        ("free_cash_flow_per_share", "1.2"), ("dupont_asset_turnover", "0.555555555556"),
        ("dupont_equity_multiplier", "2.57142857143"),
        ("dupont_return_on_equity", "0.192857142857"),
        ("altman_z_private", "1.426925"), ("altman_z_services", "3.335"),
        ("piotroski_f", "8"), ("beneish_m", "-2.19407792017"),
    ],
)  # fmt: skip
def test_a_metric_has_the_value_worked_out_by_hand(name: str, value: str) -> None:
    metric = report(*COMPANY)[name]
    assert metric.value == D(value), (metric.value, metric.reason)
    assert metric.inputs
    assert metric.missing == ()
    assert metric.formula


def test_altman_s_z_takes_the_market_s_value_from_the_caller() -> None:
    without = report(*COMPANY)["altman_z"]
    assert without.value is None
    assert "market value of equity" in without.reason
    found = report(*COMPANY, market_value=D(2400))["altman_z"]
    assert found.value == D("2.59")


def test_altman_s_z_of_a_published_case() -> None:
    """Apple in fiscal 2022, from the five ratios as published."""
    parts = {
        "AssetsCurrent": "-0.0527", "LiabilitiesCurrent": "0", "Assets": "1",
        "RetainedEarningsAccumulatedDeficit": "-0.0087", "Liabilities": "1",
    }  # fmt: skip
    facts = [stock(concept, value) for concept, value in parts.items()]
    flows = [flow("OperatingIncomeLoss", "0.3459"), flow("Revenues", "1.1179")]
    found = report(*facts, *flows, market_value=D("6.9414"))["altman_z"]
    assert found.value is not None
    assert round(found.value, 3) == D("6.349")


def test_piotroski_says_which_signals_are_not_met() -> None:
    note = report(*COMPANY)["piotroski_f"].note
    assert note.endswith("Not met: the asset turnover rose.")


def test_every_metric_is_reported_with_a_value_or_a_reason() -> None:
    found = report(flow("Revenues", 10))
    assert [metric.name for metric in found.metrics] == [formula.name for formula in FORMULAS]
    assert all((metric.value is None) == bool(metric.reason) for metric in found.metrics)
    gross = found["gross_margin"]
    assert gross.reason == "Not found: gross profit from 2024-01-01 to 2024-12-31."


def without(*concepts: str) -> tuple[Fact, ...]:
    return tuple(f for f in COMPANY if f.concept.removeprefix("us-gaap:") not in concepts)


def test_a_missing_input_is_never_taken_for_zero() -> None:
    quick = report(*without("InventoryNet"))["quick_ratio"]
    assert quick.value is None
    assert quick.missing == ("inventories on 2024-12-31",)


def test_a_division_by_zero_is_said_in_words() -> None:
    zero = stock("LiabilitiesCurrent", 0)
    metric = report(*without("LiabilitiesCurrent"), zero)["current_ratio"]
    assert metric.value is None
    assert metric.reason == "Cannot be divided: current liabilities is zero."


def test_negative_equity_makes_no_return_on_it() -> None:
    deficit = stock("StockholdersEquity", -50), stock("StockholdersEquity", 20, YEAR_AGO)
    found = report(*without("StockholdersEquity"), *deficit)
    for name in ("return_on_equity", "debt_to_equity", "dupont_return_on_equity"):
        assert found[name].value is None
        assert "equity is n" in found[name].reason


def test_growth_from_a_loss_is_no_number() -> None:
    facts = flow("NetIncomeLoss", 5), flow("NetIncomeLoss", -5, YEAR_AGO, 365)
    metric = report(*facts)["net_income_growth"]
    assert metric.value is None
    assert "not positive" in metric.reason


def test_older_tags_stand_in_for_newer_ones() -> None:
    metric = report(flow("SalesRevenueNet", 50), flow("GrossProfit", 20))["gross_margin"]
    assert metric.value == D("0.4")
    assert metric.inputs[1].origin == "us-gaap:SalesRevenueNet"


def test_what_follows_from_other_lines_says_how() -> None:
    metric = report(*COMPANY)["gross_margin"]
    assert metric.inputs[0].origin == "us-gaap:Revenues − us-gaap:CostOfRevenue"


def test_a_member_s_value_is_not_the_whole_s() -> None:
    part = flow("Revenues", 5, dimensions=(("srt:ProductAxis", "x:Part"),))
    assert compute_metrics([part]) is None


def test_other_currencies_stay_out() -> None:
    euros = flow("GrossProfit", 1, unit="EUR")
    assert report(flow("Revenues", 10), stock("Assets", 1), euros)["gross_margin"].value is None


def test_the_restated_value_counts_and_is_named() -> None:
    first = flow("Revenues", 100, filed=date(2025, 2, 1))
    again = flow("Revenues", 90, filed=date(2026, 2, 1))
    metric = report(first, again, flow("GrossProfit", 45, filed=date(2025, 2, 1)))["gross_margin"]
    assert metric.value == D("0.5")
    assert metric.inputs[1].note == "restated in the filing of 2026-02-01"


def test_values_that_contradict_each_other_make_none() -> None:
    metric = report(flow("Revenues", 5), flow("Revenues", -5), flow("NetIncomeLoss", 1))[
        "net_margin"
    ]
    assert metric.value is None
    assert "reported as -5 and as 5" in metric.reason


QUARTER = (
    flow("Revenues", 30, date(2024, 6, 30), 91), flow("Revenues", 55, date(2024, 6, 30), 182),
    flow("Revenues", 20, date(2023, 6, 30), 91), flow("Revenues", 38, date(2023, 6, 30), 181),
    flow("NetIncomeLoss", 3, date(2024, 6, 30), 91),
    flow("NetIncomeLoss", 5, date(2024, 6, 30), 182),
    flow("NetCashProvidedByUsedInOperatingActivities", 12, date(2024, 6, 30), 182),
)  # fmt: skip


def test_a_quarter_is_not_mixed_with_the_half_year() -> None:
    found = report(*QUARTER)
    assert (found.period.basis, found.period.days) == ("quarter", 91)
    assert found["revenue_growth"].value == D("0.5")
    assert found["net_margin"].value == D("0.1")
    assert found["cash_conversion"].value is None
    half = report(*QUARTER, basis="half_year")
    assert half["cash_conversion"].value == D("2.4")


def test_a_quarter_of_cash_flow_is_the_difference_of_two_periods() -> None:
    first = flow("NetCashProvidedByUsedInOperatingActivities", 5, date(2024, 3, 31), 91)
    metric = report(*QUARTER, first)["cash_conversion"]
    assert metric.value == D("2.33333333333")
    assert metric.inputs[0].note == "the difference of two year-to-date values"


def test_scores_made_for_years_say_nothing_about_a_quarter() -> None:
    metric = report(*QUARTER)["piotroski_f"]
    assert metric.value is None
    assert "made for years" in metric.reason


def test_the_year_that_ends_where_it_is_asked_for_is_taken() -> None:
    found = report(*COMPANY, end=YEAR_AGO)
    assert found.period.end == YEAR_AGO
    assert found["gross_margin"].value == D("0.375")


def test_periods_are_listed_the_latest_first() -> None:
    assert [(p.end.year, p.basis) for p in reporting_periods(COMPANY)] == [
        (2024, "annual"), (2023, "annual"),
    ]  # fmt: skip


def test_years_of_52_and_53_weeks_follow_each_other() -> None:
    this = flow("Revenues", 391035, date(2024, 9, 28), 364)
    last = flow("Revenues", 383285, date(2023, 9, 30), 371)
    metric = report(this, last)["revenue_growth"]
    assert metric.value is not None
    assert round(metric.value, 5) == D("0.02022")


def test_a_wrong_sign_or_scale_is_warned_of() -> None:
    wrong_sign = report(flow("Revenues", -10), flow("NetIncomeLoss", 1)).warnings
    assert any("negative" in line for line in wrong_sign)
    jump = report(flow("Revenues", 10**9), flow("Revenues", 10**6, YEAR_AGO, 365)).warnings
    assert any("wrong scale" in line for line in jump)
    sums = report(flow("Revenues", 1), stock("Assets", 5), stock("Liabilities", 4),
                  stock("StockholdersEquity", 4)).warnings  # fmt: skip
    assert any("total assets 5" in line for line in sums)
    assert report(*COMPANY).warnings == ()


@given(
    st.lists(
        st.builds(
            lambda fact, value: replace(fact, value=D(value)),
            st.sampled_from(COMPANY),
            st.integers(-(10**15), 10**15),
        ),
        max_size=60,
    )
)
def test_no_facts_whatever_make_the_metrics_fail(facts: list[Fact]) -> None:
    found = compute_metrics(facts)
    if found is not None:
        assert all((metric.value is None) == bool(metric.reason) for metric in found.metrics)


@pytest.fixture
def real(shared_data: Path) -> Callable[[str], MetricReport]:
    def read(name: str) -> MetricReport:
        path = shared_data / "documents" / name
        document = documents.parse(path, name, Limits())
        return report(*document.facts, end=document.period)

    return read


@pytest.mark.parametrize("name", ["10K_AAPL_2024.html", "AAPL_FY2024_xbrl_facts.csv"])
def test_apple_s_fiscal_2024_has_its_known_metrics(
    real: Callable[[str], MetricReport], name: str
) -> None:
    found = real(name)
    known = {
        "gross_margin": "0.46206", "net_margin": "0.23971", "operating_margin": "0.31510",
        "current_ratio": "0.86731", "revenue_growth": "0.02022", "return_on_equity": "1.57413",
        "return_on_closing_equity": "1.64594", "piotroski_f": "6", "beneish_m": "-2.72727",
        "earnings_per_share_diluted": "6.08",
    }  # fmt: skip
    for metric, value in known.items():
        worked_out = found[metric].value
        assert worked_out is not None
        assert round(worked_out, 5) == D(value), metric
    assert found.warnings == ()
    assert "return on assets rose; the current ratio rose; the asset turnover rose" in (
        found["piotroski_f"].note
    )


def test_coca_cola_s_2023_has_its_known_metrics(real: Callable[[str], MetricReport]) -> None:
    found = real("10K_KO_2023.html")
    known = {
        "net_margin": "0.23417", "current_ratio": "1.13411", "debt_to_equity": "1.62153",
        "effective_tax_rate": "0.17364", "free_cash_flow": "9747000000",
    }  # fmt: skip
    for metric, value in known.items():
        worked_out = found[metric].value
        assert worked_out is not None
        assert round(worked_out, 5) == D(value), metric


def test_a_quarter_from_a_workbook_has_its_known_metrics(
    real: Callable[[str], MetricReport],
) -> None:
    found = real("AAPL_2025Q2_Financial_Report.xlsx")
    assert (found.period.basis, found.period.end) == ("quarter", date(2025, 3, 29))
    known = {"revenue_growth": "0.05075", "gross_margin": "0.47051", "net_margin": "0.25986"}
    for metric, value in known.items():
        worked_out = found[metric].value
        assert worked_out is not None
        assert round(worked_out, 5) == D(value), metric


def test_what_a_balance_changed_by_over_a_period_is_no_balance() -> None:
    """A workbook of statements has the line twice: on a day, and among the cash flows."""
    start = END - timedelta(days=365)
    before = END - timedelta(days=366)
    label = "label:Inventories"
    balance = Fact(label, D("700"), unit="USD", end=END, document="a")
    changed = Fact(label, D("5"), unit="USD", start=start, end=END, document="a")
    earlier = Fact(
        label, D("53"), unit="USD", start=start - timedelta(days=366), end=before, document="a"
    )
    years = [flow("Revenues", 1000), flow("Revenues", 900, before)]
    with_days = report(*years, balance, changed, earlier)
    assert with_days["inventory"].value == D("700")
    last_year = report(*years, balance, changed, earlier, end=before)
    assert last_year["inventory"].value is None
    # A table that is headed by years alone has nothing but balances.
    alone = report(*years, earlier, end=before)
    assert alone["inventory"].value == D("53")
