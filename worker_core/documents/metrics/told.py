"""Metrics as JSON, for storage and the command line. Numbers are decimal text: none is rounded."""

from typing import Any

from worker_core.documents.metrics.model import Earlier, Input, Metric, MetricReport


def input_as_json(one: Input) -> dict[str, Any]:
    """What a metric was made from, with its place and what earlier filings said."""
    return {
        "line": one.line,
        "value": f"{one.value:f}",
        "start": one.start.isoformat() if one.start else None,
        "end": one.end.isoformat(),
        "origin": one.origin,
        "source": one.source,
        "note": one.note,
        "documents": list(one.documents),
        "earlier": [_earlier(value) for value in one.earlier],
    }


def documents_of(report: MetricReport) -> tuple[str, ...]:
    """The documents whose facts the metrics of a period were made from."""
    found = (
        document
        for metric in report.metrics
        for one in metric.inputs
        for document in (*one.documents, *(value.document for value in one.earlier))
    )
    return tuple(dict.fromkeys(document for document in found if document))


def metric_as_json(metric: Metric) -> dict[str, Any]:
    """A metric with its inputs, or with what was missing and why."""
    return {
        "value": None if metric.value is None else float(metric.value),
        "unit": metric.unit,
        "group": metric.group,
        "formula": metric.formula,
        "formula_version": metric.version,
        "inputs": [input_as_json(one) for one in metric.inputs],
        "missing": list(metric.missing),
        "reason": metric.reason,
        "note": metric.note,
    }


def _earlier(value: Earlier) -> dict[str, Any]:
    return {
        "value": f"{value.value:f}",
        "filed": value.filed.isoformat() if value.filed else None,
        "document": value.document,
        "source": value.source,
    }
