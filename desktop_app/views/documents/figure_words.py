"""Facts and metrics in an analyst's words. Nothing here touches a widget."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop_app.ui import formats
from worker_core.storage import MetricPeriod, MetricRecord, StoredFact

_BASES: Final = {
    "annual": "Year",
    "half_year": "Half-year",
    "quarter": "Quarter",
    "year_to_date": "Year to date",
}
_SHARES: Final = {"growth", "margins", "returns"}
"""Groups whose ratios are read as percentages."""
_SPELT: Final = {"eps": "EPS", "dupont": "DuPont"}
_TAXONOMIES: Final = ("us-gaap:", "ifrs-full:", "srt:", "dei:")
"""Those that all companies share: where there is little room they go without saying."""
_LABEL: Final = "label:"
_LONGEST = 200


def metric_name(name: str) -> str:
    """``return_on_equity`` is Return on equity."""
    words = " ".join(_SPELT.get(word, word) for word in name.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def period(one: MetricPeriod) -> str:
    """Which stretch of time, for a picker."""
    return f"{_BASES.get(one.basis, one.basis)} to {one.end.isoformat()}"


def amount(value: Decimal | None) -> str:
    """Every digit of a number, in groups of three."""
    if value is None:
        return formats.NOTHING
    return f"{value:,f}".replace("-", "−")


def metric_value(metric: MetricRecord | None, currency: str | None) -> str:
    """A metric in the form in which its kind is read."""
    if metric is None or metric.value is None:
        return formats.NOTHING
    value, money = metric.value, currency or ""
    match metric.unit:
        case "money":
            said = f"{amount(value.quantize(Decimal(1)))} {money}"
        case "money/share":
            said = f"{_rounded(value, 2)} {money}"
        case "days":
            said = f"{_rounded(value, 1)} days"
        case "ratio" if metric.group in _SHARES:
            said = f"{_rounded(value * 100, 2)} %"
        case "score":
            said = _rounded(value, 0 if value == value.to_integral_value() else 3)
        case _:
            said = _rounded(value, 3)
    return said.strip()


def _rounded(value: Decimal, places: int) -> str:
    return f"{value:,.{places}f}".replace("-", "−")


def span(start: date | None, end: date | None) -> str:
    """The days that a value is of: an instant has no first one."""
    if end is None:
        return "not stated" if start is None else f"from {start.isoformat()}"
    return end.isoformat() if start is None else f"{start.isoformat()} to {end.isoformat()}"


def concept(name: str) -> str:
    """A tag or the words of a table, without what says which of the two it is."""
    return name.removeprefix(_LABEL)


def short_concept(name: str) -> str:
    """A concept as a row of a table names it."""
    return _without_taxonomy(concept(name))


def _without_taxonomy(name: str) -> str:
    return next((name.removeprefix(one) for one in _TAXONOMIES if name.startswith(one)), name)


def fact_value(fact: StoredFact) -> str:
    if fact.value is not None:
        return amount(fact.value)
    return formats.shorten(fact.text, _LONGEST) if fact.text else "nil"


def dimensions(fact: StoredFact) -> str:
    """Of which part of the company a value is."""
    return "; ".join(f"{axis} = {member}" for axis, member in fact.dimensions)


def parts(fact: StoredFact) -> str:
    """The same as a row of a table says it: ``us-gaap:ProductMember`` is Product."""
    named = (
        _without_taxonomy(member).rpartition(":")[2].removesuffix("Member")
        for _, member in fact.dimensions
    )
    return ", ".join(filter(None, named))


def fact_rows(fact: StoredFact) -> list[tuple[str, str]]:
    """All that is known of a fact."""
    rows = [
        ("Concept", concept(fact.concept)),
        ("Label", fact.label or ""),
        ("Value", fact_value(fact)),
        ("Unit", fact.unit or ""),
        ("Period", span(fact.start, fact.end)),
        ("Right to", _precision(fact.decimals)),
        ("Part", dimensions(fact) or "the whole company"),
        ("Reported", fact.filed.isoformat() if fact.filed else ""),
        ("Source", fact.source or "not stated"),
    ]
    return [(name, value) for name, value in rows if value]


def _precision(decimals: int | None) -> str:
    if decimals is None:
        return ""
    named = {-3: "thousands", -6: "millions", -9: "billions", 0: "units", 2: "hundredths"}
    return named.get(decimals, f"10^{-decimals}")


def metric_rows(metric: MetricRecord, of: MetricPeriod) -> list[tuple[str, str]]:
    """How a metric was worked out, or why it was not."""
    rows = [
        ("Value", metric_value(metric, of.currency)),
        ("Formula", metric.formula),
        ("Version", f"formula {metric.version}"),
        ("Period", span(of.start, of.end)),
        ("Variant", metric.note),
        ("Why not", metric.reason),
        ("Missing", "\n".join(metric.missing)),
    ]
    return [(name, value) for name, value in rows if value]


def input_line(one: Mapping[str, Any]) -> str:
    """An input of a metric: which line of the statements, and its value."""
    return f"{metric_name(str(one.get('line', '')))}: {amount(number(one.get('value')))}"


def input_source(one: Mapping[str, Any]) -> str:
    """Under what it was reported, for when, where, and what earlier filings said."""
    days = " to ".join(str(one[name]) for name in ("start", "end") if one.get(name))
    parts = [concept(str(one.get("origin", ""))), days, str(one.get("source") or "derived")]
    if one.get("note"):
        parts.append(str(one["note"]))
    for earlier in one.get("earlier") or ():
        filed = f" ({earlier['filed']})" if earlier.get("filed") else ""
        parts.append(f"earlier: {amount(number(earlier.get('value')))}{filed}")
    return " · ".join(filter(None, parts))


def number(text: object) -> Decimal | None:
    """Decimal text as a number; None where it is none."""
    try:
        return Decimal(str(text))
    except ArithmeticError:
        return None
