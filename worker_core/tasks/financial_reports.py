"""Facts out of documents, and metrics out of facts."""

import logging
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from worker_core import documents
from worker_core.arguments import FinancialMetrics, SeveralDocuments
from worker_core.documents import metrics
from worker_core.documents.companies import Company, Named, by_company, folded
from worker_core.documents.metrics.joined import Reported, joined
from worker_core.documents.metrics.told import documents_of, input_as_json
from worker_core.operations.batches import Item
from worker_core.storage import FactSet, MetricPeriod, MetricRecord, ReportedDocument
from worker_core.tasks.base import PermanentFailure, Result, Run, catalog_task
from worker_core.tasks.batch import hand_over
from worker_core.tasks.stored import keep, read

log = logging.getLogger(__name__)

REPORTS = "data_processing.process_financial_reports"
METRICS = "data_processing.calculate_financial_metrics"
SHOWN_UNASSIGNED = 100


@catalog_task(REPORTS)
def process_financial_reports(run: Run, arguments: SeveralDocuments) -> Result:
    ids = list(dict.fromkeys(arguments.document_ids))
    taken = run.storage.facts.taken(ids)
    if len(ids) == 1:
        return _take_facts(run, ids[0], taken.get(ids[0]))
    items = [Item(str(one), REPORTS, {"document_ids": [one]}) for one in ids]
    handed = hand_over(run, items, lambda item: _is_current(taken.get(int(item.key))))
    return {
        "documents": len(ids),
        "tasks": handed.tasks,
        "already_processed": [int(key) for key in handed.done],
    }


def _take_facts(run: Run, document_id: int, taken: FactSet | None) -> Result:
    record = run.storage.documents.get(document_id)
    if record is None:
        raise PermanentFailure(
            f"There is no document {document_id}; it may have been removed. "
            "“afi documents list” shows those that there are."
        )
    if taken is not None and _is_current(taken):
        return {"document_id": document_id, "facts": taken.facts, "already_processed": True}
    parsed = read(run, record.sha256, record.filename)
    run.progress("Storing", 0.9)
    if record.status == "parsed":
        # Its text stays, and with it what was found at places in it.
        run.storage.facts.save(
            document_id, parsed.facts, parsed.parser_version, list(parsed.truncated)
        )
    else:
        keep(run, record.sha256, parsed)
    log.info("%s reports %d facts.", record.filename, len(parsed.facts))
    return {
        "document_id": document_id,
        "facts": len(parsed.facts),
        "truncated": list(parsed.truncated),
        "already_processed": False,
    }


def _is_current(taken: FactSet | None) -> bool:
    return taken is not None and taken.parser_version == documents.PARSER_VERSION


@catalog_task(METRICS)
def calculate_financial_metrics(run: Run, arguments: FinancialMetrics) -> Result:
    reported = {one.id: one for one in run.storage.facts.documents()}
    companies, unassigned = by_company(
        Named(one.id, one.company, one.ticker) for one in reported.values()
    )
    known = {company.entity: company for company in companies}
    named = _wanted(arguments)
    if not named:
        _forget_all_but(run, known)
    wanted = named or list(known)
    if len(named) == 1:
        company = known.get(wanted[0])
        if company is None:
            raise PermanentFailure(_nothing_reported(wanted[0], [one.reason for one in unassigned]))
        answer = _calculate(run, company, [reported[key] for key in company.keys])
    else:
        calculated = run.storage.metrics.calculated()
        items = [Item(entity, METRICS, _alone(entity)) for entity in wanted]
        handed = hand_over(
            run,
            items,
            lambda item: _is_up_to_date(known.get(item.key), reported, calculated.get(item.key)),
        )
        answer = {
            "companies": len(wanted),
            "tasks": handed.tasks,
            "already_calculated": handed.done,
        }
    return answer | {
        "unassigned": [
            {"document_id": one.key, "reason": one.reason} for one in unassigned[:SHOWN_UNASSIGNED]
        ],
        "unassigned_documents": len(unassigned),
        "facts_not_taken": run.storage.facts.not_taken(),
    }


def _forget_all_but(run: Run, known: Collection[str]) -> None:
    """Remove the metrics of companies that no document reports on any more: those that were known
    by their name alone until a document gave it a ticker, and those whose documents are gone."""
    for entity, _, _ in run.storage.metrics.entities():
        if entity not in known:
            log.info("No document reports figures of %s any more; its metrics go.", entity)
            run.storage.metrics.replace(entity, ())


def _wanted(arguments: FinancialMetrics) -> list[str]:
    named = [f"name:{folded(name)}" for name in arguments.companies]
    return list(dict.fromkeys([*arguments.tickers, *named]))


def _alone(entity: str) -> dict[str, list[str]]:
    """Arguments for one company."""
    name = entity.removeprefix("name:")
    return {"tickers": [entity]} if name == entity else {"companies": [name]}


def _calculate(run: Run, company: Company, members: list[ReportedDocument]) -> Result:
    run.progress("Reading facts", 0.1)
    facts, filings = joined(
        (
            Reported(str(one.id), one.document_type, one.period, one.filing_date),
            (documents.Fact(*fact) for fact in run.storage.facts.figures(one.id)),
        )
        for one in members
    )
    run.progress("Calculating", 0.3)
    reports = metrics.compute_periods(facts, filings=filings, close_at=_closes(run, company.ticker))
    run.storage.metrics.replace(
        company.entity, [stored_period(company, report) for report in reports]
    )
    for report in reports:
        for warning in report.warnings:
            log.warning("%s, to %s: %s", company.entity, report.period.end, warning)
    found = [metric for report in reports for metric in report.metrics]
    missing = sum(metric.value is None for metric in found)
    log.info(
        "Calculated %d metrics of %s for %d periods; %d are missing an input.",
        len(found) - missing, company.entity, len(reports), missing,
    )  # fmt: skip
    return {
        "entity": company.entity,
        "ticker": company.ticker,
        "company": company.company,
        "documents": [one.id for one in members],
        "periods": _counted(report.period.basis for report in reports),
        "calculated": len(found) - missing,
        "missing": missing,
        "warnings": sum(len(report.warnings) for report in reports),
    }


def _closes(run: Run, ticker: str | None) -> Callable[[date], metrics.Close | None] | None:
    """The stored prices of a company's shares, as they were traded."""
    if ticker is None:
        return None
    bars = run.storage.market.bars(ticker)
    days: list[date] = bars.dates.tolist()

    def close_at(day: date) -> metrics.Close | None:
        place = bisect_right(days, day) - 1
        if place < 0:
            return None
        return metrics.Close(days[place], Decimal(str(bars.close[place])), bars.currency)

    return close_at


def stored_period(company: Company, report: metrics.MetricReport) -> MetricPeriod:
    """The metrics of a period in the form in which they are kept."""
    return MetricPeriod(
        entity=company.entity,
        ticker=company.ticker,
        company=company.company,
        basis=report.period.basis,
        start=report.period.start,
        end=report.period.end,
        currency=report.currency,
        warnings=report.warnings,
        documents=tuple(map(int, documents_of(report))),
        metrics=tuple(
            MetricRecord(
                metric.name, metric.group, metric.value, metric.unit, metric.formula,
                metric.version, tuple(map(input_as_json, metric.inputs)), metric.missing,
                metric.reason, metric.note,
            )
            for metric in report.metrics
        ),
    )  # fmt: skip


def _is_up_to_date(
    company: Company | None, reported: dict[int, ReportedDocument], calculated: datetime | None
) -> bool:
    """Whether nothing that the metrics were made from has changed since."""
    return (
        company is not None
        and calculated is not None
        and all(reported[key].changed_at < calculated for key in company.keys)
    )


def _nothing_reported(entity: str, doubts: Iterable[str]) -> str:
    name = entity.removeprefix("name:")
    said = next((f" {doubt}" for doubt in doubts if name.casefold() in doubt.casefold()), "")
    return (
        f"No stored document reports figures of {name}.{said} Process its reports, or correct the "
        "ticker of those that are stored (afi documents correct)."
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
