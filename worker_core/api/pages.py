"""Where a page of a list ends, as a text that a client hands back."""

import base64
import binascii
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Query

from worker_core.api.problems import Problem

Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
After = Annotated[
    str | None,
    Query(max_length=400, description="The “next” of the page before. Empty: the first page."),
]
Place = tuple[datetime, str]


def cursor(at: datetime, key: str) -> str:
    """The place behind a row."""
    text = f"{at.astimezone(UTC).isoformat()}|{key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(after: str | None) -> Place | None:
    """The place that a cursor means; None for the start.

    Raises:
        Problem: 422, it is none.
    """
    if not after:
        return None
    try:
        raw = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        at, _, key = raw.partition("|")
        return datetime.fromisoformat(at).astimezone(UTC), key
    except (ValueError, OverflowError, binascii.Error):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "“after” is not the “next” of a page. Leave it out to begin with the first.",
            errors={"query.after": "is not the “next” of a page"},
        ) from None
