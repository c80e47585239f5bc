"""Correcting what documents were found to say of themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from worker_core.arguments import CorrectDocument
from worker_core.operations.errors import InvalidArguments, NoDocument
from worker_core.operations.ledger import stored
from worker_core.operations.submit import Submission, submit
from worker_core.settings import Settings, current
from worker_core.storage import Correction, DocumentRecord, Storage, StorageError

if TYPE_CHECKING:
    from worker_core.storage.corrections import Field

TRENDS = "sentiment_analysis.update_sentiment_trends"
METRICS = "data_processing.calculate_financial_metrics"
_FIELDS = tuple(CorrectDocument.model_fields)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document as it counts now, and what of it is corrected.

    ``recalculations`` are the tasks that make anew what the document has a part in: metrics of
    companies, and series of their sentiment.
    """

    document: DocumentRecord
    corrections: tuple[Correction, ...]
    recalculations: tuple[Submission, ...] = ()


def correct(
    document_id: int,
    values: Mapping[str, str | date | None],
    *,
    by: str = "",
    settings: Settings | None = None,
) -> Corrected:
    """Let these values count for a document: ``company``, ``ticker``, ``document_type``,
    ``period`` (its last day) and ``filing_date``; None: it says nothing. They stay when it is
    read again.

    Raises:
        InvalidArguments: a value or a name does not fit.
        NoDocument: there is none of that number.
        LedgerUnavailable: the database does not answer.
    """
    checked = _checked(values)
    with stored(settings) as storage:
        before = _known(storage, document_id)
        storage.documents.correct(document_id, checked, by)
        return _outcome(storage, before, settings or current())


def undo(
    document_id: int, fields: Iterable[str] = (), *, settings: Settings | None = None
) -> Corrected:
    """Let what was found count again: of these fields, or of all where none is named.

    Raises:
        InvalidArguments: a field is none of those that can be corrected.
        NoDocument, LedgerUnavailable: as ``correct``.
    """
    fields = tuple(fields) or _FIELDS
    for field in fields:
        if field not in _FIELDS:
            raise _not_a_field(field)
    with stored(settings) as storage:
        before = _known(storage, document_id)
        storage.documents.undo_corrections(document_id, cast("tuple[Field, ...]", fields))
        return _outcome(storage, before, settings or current())


def corrected(document_id: int, *, settings: Settings | None = None) -> Corrected:
    """A document and its corrections.

    Raises:
        NoDocument, LedgerUnavailable: as ``correct``.
    """
    with stored(settings) as storage:
        record = _known(storage, document_id)
        return Corrected(record, storage.documents.corrections(document_id))


def _checked(values: Mapping[str, str | date | None]) -> "dict[Field, str | date | None]":
    if not values:
        names = ", ".join(_FIELDS)
        raise InvalidArguments("Nothing is corrected.", f"Give one or more of {names}.", {})
    for name in values:
        if name not in _FIELDS:
            raise _not_a_field(name)
    try:
        model = CorrectDocument.model_validate(dict(values))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        field = str(problem["loc"][0]) if problem["loc"] else ""
        what = CorrectDocument.model_fields[field].description or "Correct it."
        text = f"{values[field]!r} cannot be the {field.replace('_', ' ')} of a document."
        raise InvalidArguments(text, what, {field: problem["msg"]}) from error
    told = model.model_dump(include=set(values))
    if told.get("period") is not None:
        told["period"] = told["period"].isoformat()
    return cast("dict[Field, str | date | None]", told)


def _not_a_field(name: str) -> InvalidArguments:
    return InvalidArguments(
        f"{name!r} of a document cannot be corrected.",
        f"What can be is {', '.join(_FIELDS)}.",
        {name: "cannot be corrected"},
    )


def _known(storage: Storage, document_id: int) -> DocumentRecord:
    try:
        record = storage.documents.get(document_id)
    except StorageError as error:
        if error.code != "unknown_document":
            raise
        record = None
    if record is None:
        raise NoDocument(
            f"There is no document {document_id}.", "“afi documents list” shows those there are."
        )
    return record


def _outcome(storage: Storage, before: DocumentRecord, settings: Settings) -> Corrected:
    after = _known(storage, before.id)
    tasks = {METRICS: _metrics(storage, before, after), TRENDS: _trends(storage, before, after)}
    submissions = tuple(
        submit(name, arguments, settings=settings) for name, arguments in tasks.items() if arguments
    )
    return Corrected(after, storage.documents.corrections(after.id), submissions)


def _trends(
    storage: Storage, before: DocumentRecord, after: DocumentRecord
) -> dict[str, list[str]]:
    """The companies whose series of sentiment are kept, and have the document in them."""
    told = ("ticker", "period", "filing_date")
    if all(getattr(before, name) == getattr(after, name) for name in told):
        return {}
    # A document that was never scored is in no series.
    if storage.documents.sentiment(after.id) is None:
        return {}
    followed = set(storage.sentiment.followed())
    tickers = sorted({one.ticker for one in (before, after) if one.ticker} & followed)
    return {"tickers": tickers} if tickers else {}


def _metrics(
    storage: Storage, before: DocumentRecord, after: DocumentRecord
) -> dict[str, list[str]]:
    """The companies whose metrics the document had a part in, or has one now."""
    told = ("company", "ticker", "period", "filing_date")
    if all(getattr(before, name) == getattr(after, name) for name in told):
        return {}
    reported = storage.facts.documents()
    if all(one.id != after.id for one in reported):
        return {}
    from worker_core.documents.companies import Named, by_company

    def named(old: bool) -> list[Named]:
        return [
            Named(one.id, before.company, before.ticker)
            if old and one.id == before.id
            else Named(one.id, one.company, one.ticker)
            for one in reported
        ]

    now = {one.entity: one for one in by_company(named(old=False))[0]}
    then = {one.entity: one for one in by_company(named(old=True))[0]}
    # The name that the document had may have decided about others, too.
    moved = [
        entity
        for entity, company in now.items()
        if after.id in company.keys
        or entity not in then
        or set(company.keys) != set(then[entity].keys)
    ]
    return {
        name: these
        for name, these in (
            ("tickers", [one for one in moved if not one.startswith("name:")]),
            ("companies", [one.removeprefix("name:") for one in moved if one.startswith("name:")]),
        )
        if these
    }
