"""The figures of companies from files: no broker, no database, no worker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from worker_core.cli.files import AS_JSON, FILES, Told, each, ended, not_read, say

if TYPE_CHECKING:
    from worker_core.documents import ParsedDocument, ReadFile
    from worker_core.documents.metrics import Basis, MetricReport


@dataclass(frozen=True, slots=True)
class _Group:
    """Files that are looked at together; ``notes`` say what of that is not sure."""

    ticker: str | None
    company: str | None
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    every: bool
    basis: "Basis | None"
    end: date | None
    market_value: Decimal | None


@click.command("metrics")
@FILES
@click.option("--all", "every", is_flag=True, help="Every period, not only the latest one.")
@click.option("--basis", type=click.Choice(["annual", "half_year", "quarter"]), help="Only these.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="The period that ends about then.")
@click.option("--ticker", help="All files are of this company, whatever they say.")
@click.option("--market-value", help="Of equity at the period's end, for Altman's Z.")
@AS_JSON
def metrics_of_files(
    files: tuple[Path, ...],
    *,
    every: bool,
    basis: str | None,
    end: datetime | None,
    ticker: str | None,
    market_value: str | None,
    as_json: bool,
) -> None:
    """Growth, margins, returns, liquidity, leverage, cash, per-share figures and scores.

    Files of one company are looked at together: the annual reports of two years give growth, and
    where two differ the newer one counts. Says the latest period of each company.
    """
    asked = _Asked(
        every, cast("Basis | None", basis), end.date() if end else None, _decimal(market_value)
    )
    read: dict[str, ParsedDocument] = {}

    def keep(one: "ReadFile") -> None:
        if one.error is not None:
            say(_nothing() | not_read(one.file, one.error), as_json, _lines)
        elif one.document is not None:
            # Only figures are needed further on, and texts are large.
            read[one.file] = replace(one.document, text="", sections=(), tables=())

    all_done = each(files, keep)
    groups = tuple(_groups(read, ticker))
    if asked.market_value is not None and len(groups) > 1:
        raise click.UsageError("A market value is that of one company; the files are of several.")
    for group in groups:
        told = _nothing() | {
            "company": group.company,
            "ticker": group.ticker,
            "files": list(group.files),
            "notes": list(group.notes),
        }
        reports = _reports(group, read, asked)
        for report in reports:
            say(told | _told(report), as_json, _lines)
        if not reports:
            why = f"{', '.join(group.files)}: no such period is reported on in figures."
            say(told | {"error": why, "error_code": "no_figures"}, as_json, _lines)
            all_done = False
    ended(all_done)


def _groups(read: dict[str, "ParsedDocument"], ticker: str | None) -> Iterator[_Group]:
    """The files by company. One that names none, or one of several, stands by itself."""
    from worker_core.documents.companies import Named, by_company

    names = list(read)
    named = [
        Named(number, read[name].company, ticker or read[name].ticker)
        for number, name in enumerate(names)
    ]
    companies, unassigned = by_company(named)
    for company in companies:
        these = tuple(names[key] for key in company.keys)
        yield _Group(company.ticker, company.company, these)
    for one in unassigned:
        company_name = read[names[one.key]].company
        yield _Group(None, company_name, (names[one.key],), (one.reason,))


def _reports(
    group: _Group, read: dict[str, "ParsedDocument"], asked: _Asked
) -> Sequence["MetricReport"]:
    from worker_core.documents.metrics import compute_metrics, compute_periods
    from worker_core.documents.metrics.joined import Reported, joined

    facts, filings = joined(
        (Reported(name, one.form_type, one.period, one.filing_date), one.facts)
        for name, one in ((name, read[name]) for name in group.files)
    )
    if asked.every:
        bases: Sequence[Basis] = (
            [asked.basis] if asked.basis else ["annual", "half_year", "quarter"]
        )
        return compute_periods(facts, filings=filings, bases=bases)
    latest = compute_metrics(
        facts,
        end=asked.end,
        basis=asked.basis,
        market_value=asked.market_value,
        filings=filings,
    )
    return () if latest is None else (latest,)


def _nothing() -> Told:
    return {
        "file": None, "company": None, "ticker": None, "files": [], "notes": [], "period": None,
        "currency": None, "metrics": {}, "warnings": [], "error": None, "error_code": None,
    }  # fmt: skip


def _told(report: "MetricReport") -> Told:
    from worker_core.documents.metrics.told import metric_as_json

    period = report.period
    return {
        "period": {"start": period.start, "end": period.end, "basis": period.basis},
        "currency": report.currency,
        "metrics": {metric.name: metric_as_json(metric) for metric in report.metrics},
        "warnings": list(report.warnings),
    }


def _lines(told: Told) -> str:
    period = told["period"]
    head = told["company"] or told["ticker"] or ", ".join(told["files"])
    lines = [f"{head}, {period['basis']} to {period['end']}, {told['currency'] or 'no currency'}"]
    lines += [f"    {note}" for note in (*told["notes"], *told["warnings"])]
    for name, metric in told["metrics"].items():
        value = metric["value"]
        shown = metric["reason"] if value is None else f"{value:,.6g}"
        lines.append(f"    {name:<28} {shown}")
    return "\n".join(lines)


def _decimal(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0:
        raise click.BadParameter(f"{text!r} is no positive amount.", param_hint="--market-value")
    return value
