"""Where a page of a list ends, as a text that a client hands back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
After = Annotated[
    str | None,
    Query(
        max_length=400,
        pattern=r"^[0-9]{1,16}\.([0-9a-f]{2})*$",
        description="The “next” of the page before. Left out: the first page.",
    ),
]
Place = tuple[datetime, str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor(at: datetime, key: str) -> str:
    """The place behind a row: its time in microseconds since 1970, and its key."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{key.encode().hex()}"


def place(after: str | None) -> Place | None:
    """The place that a cursor means; None for the start."""
    if not after:
        return None
    microseconds, _, key = after.partition(".")
    at = _EPOCH + timedelta(microseconds=int(microseconds))
    return at, bytes.fromhex(key).decode("utf-8", "replace")
