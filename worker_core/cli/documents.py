"""Documents: files read at once, and the stored ones found, listed and corrected."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from worker_core.cli.batch import batch
from worker_core.cli.corrections import correct_document
from worker_core.cli.figures import metrics_of_files
from worker_core.cli.files import parse_files, summarize_files
from worker_core.cli.summaries import compare_summaries

if TYPE_CHECKING:
    from worker_core.storage import DocumentRecord, SearchHit

_DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def documents() -> None:
    """Files read at once, and the stored documents."""


for command in (parse_files, metrics_of_files, summarize_files):
    documents.add_command(command)
for command in (batch, compare_summaries, correct_document):
    documents.add_command(command)


@documents.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--ticker", help="Of this symbol.")
@click.option("--company", help="Of companies with this in their name.")
@click.option("--form", help="Of this form or kind, such as 10-K.")
@click.option("--since", type=_DATE, help="Filed on this day or later, as 2024-11-01.")
@click.option("--until", type=_DATE, help="Filed on this day or before.")
@click.option("--section", help="With the words in this section, such as “Item 1A”.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option("--after", type=click.IntRange(0, 10_000), default=0, help="Leave out so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def search_documents(
    words: tuple[str, ...],
    *,
    ticker: str | None,
    company: str | None,
    form: str | None,
    since: datetime | None,
    until: datetime | None,
    section: str | None,
    limit: int,
    after: int,
    as_json: bool,
) -> None:
    """Find the documents that have WORDS: by their stem, all of them.

    '"Words in quotes"' stand next to each other, and 'one OR other' is either. A word that must
    not be there has a minus before it; write -- before the first of them.
    """
    from worker_core.operations.errors import OperationError
    from worker_core.operations.search import behind, search
    from worker_core.storage import SearchFilters

    filters = SearchFilters(ticker, company, form, _day(since), _day(until), section)
    try:
        hits = search(" ".join(words), filters, limit, after)
        missing = behind()
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    for hit in hits:
        if as_json:
            click.echo(json.dumps(_hit(hit), default=str))
        else:
            click.echo(_line(hit.document) + (f"  {hit.section}" if hit.section else ""))
            click.echo(f"    …{_marked(hit)}…")
    if not hits and not as_json:
        click.echo("No document has these words.")
    if missing:
        click.echo(
            f"{missing:,} documents are not in the index yet: "
            "afi enqueue document_processing.update_document_index",
            err=True,
        )


@documents.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--before", type=click.IntRange(1), help="Older than the one of this number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_documents(limit: int, before: int | None, as_json: bool) -> None:
    """List them, the newest first."""
    from worker_core.operations.errors import OperationError
    from worker_core.operations.search import listed

    try:
        rows = listed(limit, before)
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    for row in rows:
        if as_json:
            click.echo(json.dumps(asdict(row), default=str))
        else:
            click.echo(f"{_line(row)}  {row.status}")
    if not rows and not as_json:
        click.echo("No document is stored.")


def _day(value: datetime | None) -> date | None:
    return None if value is None else value.date()


def _hit(hit: "SearchHit") -> dict[str, Any]:
    row = hit.document
    return {
        "id": row.id,
        "document": row.sha256,
        "filename": row.filename,
        "company": row.company,
        "ticker": row.ticker,
        "document_type": row.document_type,
        "filing_date": row.filing_date,
        "section": hit.section,
        "start": hit.start,
        "end": hit.end,
        "snippet": hit.snippet,
        "marks": hit.marks,
        "together": hit.together,
        "goes_on": hit.goes_on,
    }


def _line(row: "DocumentRecord") -> str:
    facts = (row.company, row.document_type, row.filing_date, row.filename)
    return f"{row.id:>6}  " + "  ".join(str(fact) for fact in facts if fact)


def _marked(hit: "SearchHit") -> str:
    """The snippet with its words in bold where the output is a terminal."""
    text, marks = hit.shown
    parts, place = [], 0
    for start, end in marks:
        parts += [text[place:start], click.style(text[start:end], bold=True)]
        place = end
    return "".join([*parts, text[place:]])
