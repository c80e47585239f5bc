"""Ratios as textbooks of statement analysis have them (Penman, Financial Statement Analysis and
Security Valuation, 5th ed., 2013; Subramanyam, Financial Statement Analysis, 11th ed., 2014).

Returns and turnovers are of the period they are computed for; those of a quarter are not scaled
up to a year.
"""

from decimal import Decimal

from worker_core.documents.metrics.formulas import Formula, UndefinedError, over_positive

D = Decimal


def _growth(now: D, before: D) -> D:
    if before <= 0:
        raise UndefinedError("Growth says nothing here: the value a year earlier is not positive.")
    return now / before - 1


def _margin(part: D, revenue: D) -> D:
    return over_positive(part, revenue, "revenue")


def _mean(closing: D, opening: D) -> D:
    return (closing + opening) / 2


def _return_on_average_assets(part: D, closing: D, opening: D) -> D:
    return over_positive(part, _mean(closing, opening), "total assets")


def _return_on_average_equity(part: D, closing: D, opening: D) -> D:
    if closing <= 0 or opening <= 0:
        raise UndefinedError("Says nothing here: equity is not positive, so a loss would shine.")
    return part / _mean(closing, opening)


def _return_on_equity(part: D, closing: D) -> D:
    return over_positive(part, closing, "equity")


def _tax_rate(tax: D, pretax: D) -> D:
    return over_positive(tax, pretax, "income before tax")


def _return_on_capital(ebit: D, tax: D, pretax: D, debt: D, equity: D) -> D:
    rate = _tax_rate(tax, pretax)
    return over_positive(ebit * (1 - rate), debt + equity, "debt and equity together")


def _dupont(income: D, revenue: D, assets: D, opening: D, equity: D, first_equity: D) -> D:
    margin = _margin(income, revenue)
    turnover = over_positive(revenue, _mean(assets, opening), "total assets")
    if equity <= 0 or first_equity <= 0:
        raise UndefinedError("Says nothing here: equity is not positive.")
    return margin * turnover * (_mean(assets, opening) / _mean(equity, first_equity))


def _leverage(assets: D, opening: D, equity: D, first_equity: D) -> D:
    if equity <= 0 or first_equity <= 0:
        raise UndefinedError("Says nothing here: equity is not positive.")
    return _mean(assets, opening) / _mean(equity, first_equity)


def _coverage(ebit: D, interest: D) -> D:
    return over_positive(ebit, interest, "interest expense")


def _quick(assets: D, inventory: D, liabilities: D) -> D:
    return over_positive(assets - inventory, liabilities, "current liabilities")


def _growth_of(line: str, words: str) -> Formula:
    return Formula(
        f"{line}_growth", "growth", "ratio", f"{words} ÷ {words} a year earlier − 1",
        (line, f"{line}@before"), _growth,
    )  # fmt: skip


def _margin_of(name: str, line: str, words: str) -> Formula:
    return Formula(name, "margins", "ratio", f"{words} ÷ revenue", (line, "revenue"), _margin)


RATIOS = (
    _growth_of("revenue", "revenue"),
    _growth_of("operating_income", "operating income"),
    _growth_of("net_income", "net income"),
    _growth_of("eps_diluted", "diluted earnings per share"),
    _growth_of("operating_cash", "cash from operations"),
    _margin_of("gross_margin", "gross_profit", "gross profit"),
    _margin_of("operating_margin", "operating_income", "operating income"),
    _margin_of("net_margin", "net_income", "net income"),
    _margin_of("operating_cash_margin", "operating_cash", "cash from operations"),
    _margin_of("free_cash_flow_margin", "free_cash_flow", "free cash flow"),
    Formula(
        "effective_tax_rate", "margins", "ratio", "income tax ÷ income before tax",
        ("income_tax", "pretax_income"), _tax_rate,
    ),
    Formula(
        "return_on_assets", "returns", "ratio", "net income ÷ average total assets",
        ("net_income", "total_assets", "total_assets@opening"), _return_on_average_assets,
        note="on average assets",
    ),
    Formula(
        "return_on_equity", "returns", "ratio", "net income ÷ average equity",
        ("net_income", "equity", "equity@opening"), _return_on_average_equity,
        note="on average equity",
    ),
    Formula(
        "return_on_closing_equity", "returns", "ratio", "net income ÷ equity at the end",
        ("net_income", "equity"), _return_on_equity, note="on equity at the end of the period",
    ),
    Formula(
        "return_on_capital", "returns", "ratio",
        "EBIT × (1 − tax rate) ÷ (debt + equity at the end)",
        ("ebit", "income_tax", "pretax_income", "total_debt", "equity"), _return_on_capital,
    ),
    Formula(
        "current_ratio", "liquidity", "ratio", "current assets ÷ current liabilities",
        ("current_assets", "current_liabilities"),
        lambda a, b: over_positive(a, b, "current liabilities"),
    ),
    Formula(
        "quick_ratio", "liquidity", "ratio", "(current assets − inventories) ÷ current liabilities",
        ("current_assets", "inventory", "current_liabilities"), _quick,
    ),
    Formula(
        "cash_ratio", "liquidity", "ratio", "cash ÷ current liabilities",
        ("cash", "current_liabilities"), lambda a, b: over_positive(a, b, "current liabilities"),
    ),
    Formula(
        "working_capital", "liquidity", "money", "current assets − current liabilities",
        ("current_assets", "current_liabilities"), lambda a, b: a - b,
    ),
    Formula(
        "debt_to_equity", "leverage", "ratio", "total debt ÷ equity",
        ("total_debt", "equity"), lambda a, b: over_positive(a, b, "equity"),
    ),
    Formula(
        "liabilities_to_assets", "leverage", "ratio", "total liabilities ÷ total assets",
        ("total_liabilities", "total_assets"), lambda a, b: over_positive(a, b, "total assets"),
    ),
    Formula(
        "net_debt", "leverage", "money", "total debt − cash",
        ("total_debt", "cash"), lambda a, b: a - b, note="cash without securities",
    ),
    Formula(
        "interest_coverage", "leverage", "ratio", "EBIT ÷ interest expense",
        ("ebit", "interest_expense"), _coverage,
    ),
    Formula(
        "free_cash_flow", "cash", "money", "cash from operations − capital expenditure",
        ("operating_cash", "capex"), lambda a, b: a - b,
    ),
    Formula(
        "cash_conversion", "cash", "ratio", "cash from operations ÷ net income",
        ("operating_cash", "net_income"), lambda a, b: over_positive(a, b, "net income"),
    ),
    Formula(
        "accruals_to_assets", "cash", "ratio",
        "(net income − cash from operations) ÷ average total assets",
        ("net_income", "operating_cash", "total_assets", "total_assets@opening"),
        lambda n, c, a, b: over_positive(n - c, _mean(a, b), "total assets"),
        note="the accruals of the cash flow statement (Sloan 1996 uses the balance sheet's)",
    ),
    Formula(
        "earnings_per_share_basic", "per share", "money/share", "as reported",
        ("eps_basic",), lambda value: value,
    ),
    Formula(
        "earnings_per_share_diluted", "per share", "money/share", "as reported",
        ("eps_diluted",), lambda value: value,
    ),
    Formula(
        "book_value_per_share", "per share", "money/share", "equity ÷ shares outstanding",
        ("equity", "shares_outstanding"), lambda a, b: over_positive(a, b, "shares outstanding"),
    ),
    Formula(
        "revenue_per_share", "per share", "money/share",
        "revenue ÷ weighted average diluted shares",
        ("revenue", "shares_diluted"), lambda a, b: over_positive(a, b, "the number of shares"),
    ),
    Formula(
        "free_cash_flow_per_share", "per share", "money/share",
        "free cash flow ÷ weighted average diluted shares",
        ("free_cash_flow", "shares_diluted"),
        lambda a, b: over_positive(a, b, "the number of shares"),
    ),
    Formula(
        "dupont_net_margin", "DuPont", "ratio", "net income ÷ revenue",
        ("net_income", "revenue"), _margin,
    ),
    Formula(
        "dupont_asset_turnover", "DuPont", "ratio", "revenue ÷ average total assets",
        ("revenue", "total_assets", "total_assets@opening"), _return_on_average_assets,
    ),
    Formula(
        "dupont_equity_multiplier", "DuPont", "ratio", "average total assets ÷ average equity",
        ("total_assets", "total_assets@opening", "equity", "equity@opening"), _leverage,
    ),
    Formula(
        "dupont_return_on_equity", "DuPont", "ratio",
        "net margin × asset turnover × equity multiplier",
        ("net_income", "revenue", "total_assets", "total_assets@opening", "equity",
         "equity@opening"),
        _dupont,
    ),
)  # fmt: skip
