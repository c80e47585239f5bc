"""What lists of documents are narrowed by, as it stands in a query."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator

from worker_core.storage import SearchFilters

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(value: Any) -> Any:
    """Else numbers would be taken for seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2024-11-01")
    return value


Day = Annotated[date | None, BeforeValidator(_written)]


def _filters(
    ticker: Annotated[
        str | None, Query(max_length=16, description="A symbol, in any case of letters.")
    ] = None,
    company: Annotated[
        str | None, Query(max_length=200, description="A part of the company's name.")
    ] = None,
    document_type: Annotated[
        str | None, Query(max_length=32, description="A form or kind, in any case of letters.")
    ] = None,
    since: Annotated[Day, Query(description="First day of filing.")] = None,
    until: Annotated[Day, Query(description="Last day of filing.")] = None,
) -> SearchFilters:
    return SearchFilters(ticker, company, document_type, since, until)


Filters = Annotated[SearchFilters, Depends(_filters)]
