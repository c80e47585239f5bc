"""The documents of one company, and the periods that their facts report on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.documents.test_metrics import COMPANY, END, YEAR_AGO, flow, stock
from worker_core.documents import Fact
from worker_core.documents.metrics import Close, Filing, compute_metrics, compute_periods
from worker_core.documents.metrics.joined import Reported, joined
from worker_core.documents.metrics.told import documents_of, input_as_json

D = Decimal

THIS = Reported("this", "10-K", date(2024, 12, 31), None)
LAST = Reported("last", "10-K", "2023-12-31", None)


def test_two_annual_reports_give_growth() -> None:
    this = [flow("Revenues", 1000)]
    last = [flow("Revenues", 800, YEAR_AGO, 365)]
    facts, filings = joined([(THIS, this), (LAST, last)])
    latest, first = compute_periods(facts, filings=filings)
    assert latest["revenue_growth"].value == D("0.25")
    assert [one.documents for one in latest["revenue_growth"].inputs] == [("this",), ("last",)]
    assert documents_of(latest) == ("this", "last")
    assert first["revenue_growth"].value is None
    assert first["revenue"].value == 800


def test_the_value_of_the_report_on_the_later_period_counts_and_the_older_stays_visible() -> None:
    this = [flow("Revenues", 1000), flow("Revenues", 790, YEAR_AGO, 365, source="#f-9")]
    last = [flow("Revenues", 800, YEAR_AGO, 365, source="#f-1")]
    for order in ([(THIS, this), (LAST, last)], [(LAST, last), (THIS, this)]):
        facts, filings = joined(order)
        metric = compute_periods(facts, filings=filings)[1]["revenue"]
        assert metric.value == 790
        (used,) = metric.inputs
        assert used.note == "restated in the report for the period to 2024-12-31"
        assert [(one.value, one.document) for one in used.earlier] == [(D(800), "last")]
        assert input_as_json(used)["earlier"] == [
            {"value": "800", "filed": None, "document": "last", "source": "#f-1"}
        ]


def test_a_filing_date_decides_before_the_period() -> None:
    amended = Reported("amended", "10-K/A", "2023-12-31", date(2025, 6, 1))
    filed = replace(THIS, filing_date=date(2025, 2, 1))
    facts, filings = joined(
        [
            (amended, [flow("Revenues", 780, YEAR_AGO, 365)]),
            (filed, [flow("Revenues", 790, YEAR_AGO, 365)]),
        ]
    )
    (used,) = compute_periods(facts, filings=filings)[0]["revenue"].inputs
    assert (used.value, used.note) == (D(780), "restated in the filing of 2025-06-01")
    assert used.earlier[0].filed == date(2025, 2, 1)


def test_documents_of_unknown_order_that_contradict_each_other_make_no_value() -> None:
    facts, filings = joined(
        [
            (replace(THIS, period=None), [flow("Revenues", 1000)]),
            (replace(LAST, period="FY2024"), [flow("Revenues", 1001), flow("NetIncomeLoss", 1)]),
        ]
    )
    metric = compute_periods(facts, filings=filings)[0]["revenue"]
    assert metric.value is None
    assert "none is known to be the newer one" in metric.reason


def test_a_release_is_older_than_the_report_whose_period_it_tells_of() -> None:
    release = Reported("release", "EX-99.1", date(2025, 1, 30), None)
    facts, filings = joined([(release, [flow("Revenues", 999)]), (THIS, [flow("Revenues", 1000)])])
    assert filings["release"] == Filing()
    (used,) = compute_periods(facts, filings=filings)[0]["revenue"].inputs
    assert used.value == 1000
    assert used.earlier[0].value == 999


def test_a_rounded_value_elsewhere_is_no_restatement() -> None:
    exact = flow("Revenues", 1_000_123)
    rounded = flow("Revenues", 1_000_000, decimals=-6)
    facts, filings = joined([(THIS, [rounded]), (replace(LAST, period=END), [exact])])
    (used,) = compute_periods(facts, filings=filings)[0]["revenue"].inputs
    assert (used.value, used.note) == (D(1_000_123), "")
    assert not used.earlier


def quarters(concept: str, *values: int) -> list[Fact]:
    """What has passed of the year at the end of each of its quarters."""
    ends = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), END]
    return [
        flow(concept, value, end, (end - date(2023, 12, 31)).days)
        for value, end in zip(values, ends, strict=False)
    ]


def test_the_last_quarter_follows_from_the_year_and_its_first_nine_months() -> None:
    facts = [
        *quarters("Revenues", 100, 210, 330, 460),
        *quarters("NetIncomeLoss", 10, 20, 33, 46),
        stock("Assets", 2000),
    ]
    reports = compute_periods(facts, bases=["quarter"])
    assert [str(one.period.end) for one in reports] == [
        "2024-12-31", "2024-09-30", "2024-06-30", "2024-03-31",
    ]  # fmt: skip
    assert [one["revenue"].value for one in reports] == [130, 120, 110, 100]
    assert reports[0]["net_margin"].value == D("0.1")
    (used, _) = reports[0]["net_margin"].inputs
    assert used.note == "the difference of two year-to-date values"
    assert reports[0]["earnings_per_share_diluted"].value is None


def test_periods_whose_ends_two_filings_write_a_day_apart_are_one() -> None:
    facts = [
        flow("Revenues", 1000), flow("NetIncomeLoss", 100),
        flow("Revenues", 1000, date(2024, 12, 30), 365),
    ]  # fmt: skip
    assert [one.period.end for one in compute_periods(facts)] == [END]


def test_the_price_of_the_shares_gives_altman_s_z_its_market_value() -> None:
    """Apple in fiscal 2022, from the five ratios as published."""
    facts = [
        stock("AssetsCurrent", "-0.0527"), stock("LiabilitiesCurrent", "0"), stock("Assets", "1"),
        stock("RetainedEarningsAccumulatedDeficit", "-0.0087"), stock("Liabilities", "1"),
        stock("CommonStockSharesOutstanding", "2", unit="shares"),
        flow("OperatingIncomeLoss", "0.3459"), flow("Revenues", "1.1179"),
    ]  # fmt: skip

    def at(day: date, currency: str = "USD") -> Decimal | None:
        close = Close(day, D("3.4707"), currency)
        (report,) = compute_periods(facts, close_at=lambda _: close)
        return report["altman_z"].value

    found = at(date(2024, 12, 27))
    assert found is not None
    assert round(found, 3) == D("6.349")
    assert at(date(2024, 12, 20)) is None
    assert at(END, "EUR") is None
    (report,) = compute_periods(facts, close_at=lambda _: None)
    assert "market value of equity" in report["altman_z"].reason
    (report,) = compute_periods(facts, close_at=lambda day: Close(day, D("3.4707"), "USD"))
    (value,) = (one for one in report["altman_z"].inputs if one.line == "market_value")
    shares = "us-gaap:CommonStockSharesOutstanding"
    assert value.origin == f"close of 2024-12-31, 3.4707, × {shares}"


def test_the_periods_are_those_that_single_reports_have() -> None:
    for report in compute_periods(COMPANY):
        alone = compute_metrics(COMPANY, end=report.period.end)
        assert alone == report
