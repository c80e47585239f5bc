"""Scores from the literature that put several ratios into one number."""

from decimal import Decimal

from worker_core.documents.metrics.formulas import Formula, UndefinedError, over, over_positive

D = Decimal


def altman_z(
    working: D, retained: D, ebit: D, market: D, liabilities: D, revenue: D, assets: D
) -> D:
    """Altman, Journal of Finance 23 (1968), with the coefficients as he rounds them in 2000."""
    x1, x2, x3, x5 = (over_positive(x, assets, "total assets") for x in
                      (working, retained, ebit, revenue))  # fmt: skip
    x4 = over_positive(market, liabilities, "total liabilities")
    return D("1.2") * x1 + D("1.4") * x2 + D("3.3") * x3 + D("0.6") * x4 + x5


def altman_z_private(
    working: D, retained: D, ebit: D, equity: D, liabilities: D, revenue: D, assets: D
) -> D:
    """Z' of Altman, Corporate Financial Distress (1983): the book value for the market's."""
    x1, x2, x3, x5 = (over_positive(x, assets, "total assets") for x in
                      (working, retained, ebit, revenue))  # fmt: skip
    x4 = over_positive(equity, liabilities, "total liabilities")
    return D("0.717") * x1 + D("0.847") * x2 + D("3.107") * x3 + D("0.420") * x4 + D("0.998") * x5


def altman_z_services(working: D, retained: D, ebit: D, equity: D, liabilities: D, assets: D) -> D:
    """Z'' of Altman, Hartzell and Peck (1995) for companies that do not manufacture."""
    x1, x2, x3 = (over_positive(x, assets, "total assets") for x in (working, retained, ebit))
    x4 = over_positive(equity, liabilities, "total liabilities")
    return D("6.56") * x1 + D("3.26") * x2 + D("6.72") * x3 + D("1.05") * x4


PIOTROSKI_SIGNALS = (
    "return on assets is positive",
    "cash from operations is positive",
    "return on assets rose",
    "cash from operations exceeds net income",
    "long-term debt fell against assets",
    "the current ratio rose",
    "no shares were issued on balance",
    "the gross margin rose",
    "the asset turnover rose",
)


def piotroski_signals(*values: D) -> tuple[bool, ...]:
    """The nine signals of Piotroski, Journal of Accounting Research 38 (2000), in the order of
    ``PIOTROSKI_SIGNALS``.

    He divides by assets at the beginning of the year. Here it is those at its end, so that two
    balance sheets, which is what a filing has, are enough for both years. ``values`` are in the
    order of the formula's needs.
    """
    (
        income, income0, cash, assets, assets0, debt, debt0, current, current0, owed, owed0,
        shares, shares0, gross, gross0, revenue, revenue0,
    ) = values  # fmt: skip
    roa, roa0 = (over_positive(a, b, "total assets") for a, b in
                 ((income, assets), (income0, assets0)))  # fmt: skip
    liquidity, liquidity0 = (over_positive(a, b, "current liabilities") for a, b in
                             ((current, owed), (current0, owed0)))  # fmt: skip
    margin, margin0 = (over_positive(a, b, "revenue") for a, b in
                       ((gross, revenue), (gross0, revenue0)))  # fmt: skip
    return (
        roa > 0,
        cash > 0,
        roa > roa0,
        cash > income,
        debt / assets < debt0 / assets0,
        liquidity > liquidity0,
        shares <= shares0,
        margin > margin0,
        revenue / assets > revenue0 / assets0,
    )


def piotroski_f(*values: D) -> D:
    """The number of signals that are met, 0 to 9."""
    return D(sum(piotroski_signals(*values)))


def beneish_m(*values: D) -> D:
    """Beneish, Financial Analysts Journal 55 (1999), the model of eight variables.

    Accruals are income from continuing operations less cash from operations. Long-term
    securities count among the soft assets of AQI. ``values`` are in the order of the formula's
    needs.
    """
    (
        receivables, receivables0, revenue, revenue0, gross, gross0, current, current0, ppe, ppe0,
        assets, assets0, depreciation, depreciation0, sga, sga0, owed, owed0, debt, debt0, income,
        cash,
    ) = values  # fmt: skip
    if min(revenue, revenue0, assets, assets0) <= 0:
        raise UndefinedError("Says nothing here: revenue or total assets are not positive.")
    days, days0 = receivables / revenue, receivables0 / revenue0
    margin, margin0 = gross / revenue, gross0 / revenue0
    soft = 1 - (current + ppe) / assets
    soft0 = 1 - (current0 + ppe0) / assets0
    wear = over_positive(depreciation, depreciation + ppe, "property and its depreciation")
    wear0 = over_positive(depreciation0, depreciation0 + ppe0, "property and its depreciation")
    costs, costs0 = sga / revenue, sga0 / revenue0
    leverage, leverage0 = (owed + debt) / assets, (owed0 + debt0) / assets0
    return (
        D("-4.84")
        + D("0.920") * over_positive(days, days0, "receivables a year earlier")
        + D("0.528") * over(margin0, margin, "the gross margin")
        + D("0.404") * over(soft, soft0, "the share of soft assets a year earlier")
        + D("0.892") * (revenue / revenue0)
        + D("0.115") * over(wear0, wear, "depreciation")
        - D("0.172") * over(costs, costs0, "selling and general expense a year earlier")
        + D("4.679") * ((income - cash) / assets)
        - D("0.327") * over(leverage, leverage0, "debt a year earlier")
    )


_PAIRS = (
    "receivables", "revenue", "gross_profit", "current_assets", "ppe", "total_assets",
    "depreciation", "sga", "current_liabilities", "long_term_debt",
)  # fmt: skip


def _opening_or_before(line: str) -> str:
    flows = {"revenue", "gross_profit", "depreciation", "sga"}
    return f"{line}@before" if line in flows else f"{line}@opening"


SCORES = (
    Formula(
        "altman_z", "scores", "score",
        "1.2 working capital/assets + 1.4 retained earnings/assets + 3.3 EBIT/assets "
        "+ 0.6 market value/liabilities + revenue/assets",
        ("working_capital", "retained_earnings", "ebit", "market_value", "total_liabilities",
         "revenue", "total_assets"),
        altman_z, annual=True,
        note="Altman 1968. Above 2.99 sound, below 1.81 in distress.",
    ),
    Formula(
        "altman_z_private", "scores", "score",
        "0.717 working capital/assets + 0.847 retained earnings/assets + 3.107 EBIT/assets "
        "+ 0.420 equity/liabilities + 0.998 revenue/assets",
        ("working_capital", "retained_earnings", "ebit", "equity", "total_liabilities",
         "revenue", "total_assets"),
        altman_z_private, annual=True,
        note="Altman 1983, with the book value of equity. Above 2.9 sound, below 1.23 in distress.",
    ),
    Formula(
        "altman_z_services", "scores", "score",
        "6.56 working capital/assets + 3.26 retained earnings/assets + 6.72 EBIT/assets "
        "+ 1.05 equity/liabilities",
        ("working_capital", "retained_earnings", "ebit", "equity", "total_liabilities",
         "total_assets"),
        altman_z_services, annual=True,
        note="Altman 1995, not for manufacturers. Above 2.6 sound, below 1.1 in distress.",
    ),
    Formula(
        "piotroski_f", "scores", "score", "the number of nine signals that are met",
        ("net_income", "net_income@before", "operating_cash", "total_assets",
         "total_assets@opening", "long_term_debt", "long_term_debt@opening", "current_assets",
         "current_assets@opening", "current_liabilities", "current_liabilities@opening",
         "shares_outstanding", "shares_outstanding@opening", "gross_profit",
         "gross_profit@before", "revenue", "revenue@before"),
        piotroski_f, annual=True,
        note="Piotroski 2000, on assets at the end of each year.",
    ),
    Formula(
        "beneish_m", "scores", "score",
        "−4.84 + 0.920 DSRI + 0.528 GMI + 0.404 AQI + 0.892 SGI + 0.115 DEPI − 0.172 SGAI "
        "+ 4.679 TATA − 0.327 LVGI",
        (*(need for line in _PAIRS for need in (line, _opening_or_before(line))),
         "income_continuing", "operating_cash"),
        beneish_m, annual=True,
        note="Beneish 1999, AQI without securities. Above −1.78 manipulation is likely.",
    ),
)  # fmt: skip
