"""Which documents filters choose."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, func

from worker_core.storage.cleaning import storable
from worker_core.storage.schema import documents
from worker_core.storage.spelling import holds


def conditions(filters: Iterable[tuple[str, object]]) -> list[ColumnElement[bool]]:
    """What a row of ``documents`` must be; a section is not of a document."""
    return [_condition(name, value) for name, value in filters if name != "section"]


def _condition(name: str, value: object) -> ColumnElement[bool]:
    match name, value:
        case "company", str():
            return holds(documents.c.company, storable(value))
        case "since", date():
            return documents.c.filing_date >= value
        case "until", date():
            return documents.c.filing_date <= value
        case _:
            return func.lower(documents.c[name]) == storable(str(value)).lower()
