"""Lines of the statements as they are reported, so that each is a series like a ratio."""

from decimal import Decimal

from worker_core.documents.metrics.formulas import Formula
from worker_core.documents.metrics.lines import LINES

_SHOWN = (
    "revenue", "cost_of_revenue", "gross_profit", "operating_income", "net_income",
    "operating_cash", "capex", "cash", "receivables", "inventory", "current_assets",
    "total_assets", "current_liabilities", "total_debt", "total_liabilities", "equity",
)  # fmt: skip


def _as_reported(value: Decimal) -> Decimal:
    return value


STATEMENT = tuple(
    Formula(name, "statement", "money", f"{LINES[name].words}, as reported", (name,), _as_reported)
    for name in _SHOWN
)
