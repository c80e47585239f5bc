"""Summaries of stored documents beside each other."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker_core.operations.summaries import Compared, Comparison


@click.command("summaries")
@click.argument("document_ids", nargs=-1, type=click.IntRange(1))
@click.option("--ticker", "tickers", multiple=True, help="All documents of this symbol.")
@click.option("--form", help="Of the symbols' documents those of this form, such as 10-K.")
@click.option("--sentences", type=click.IntRange(1, 50), help="How many. Default: the settings'.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def compare_summaries(
    document_ids: tuple[int, ...],
    *,
    tickers: tuple[str, ...],
    form: str | None,
    sentences: int | None,
    as_json: bool,
) -> None:
    """Show summaries of stored documents that compare: made in one way, of one length.

    Those that are not there yet in that form are handed to the workers as a batch; its id is said
    on standard error, and “afi batch ID” says how far it is. Then call this once more.
    """
    from worker_core import settings
    from worker_core.operations.errors import OperationError
    from worker_core.operations.summaries import compare

    count = sentences or settings.current().summary_sentences
    try:
        comparison = compare(count, document_ids, tickers, form)
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    for one in comparison.summaries:
        if as_json:
            click.echo(json.dumps(_told(one, comparison), default=str, ensure_ascii=False))
        elif one.summary is not None:
            row = one.document
            said = (row.company, row.document_type, row.period, row.filename)
            click.echo(f"{row.id:>6}  " + "  ".join(str(fact) for fact in said if fact))
            for sentence in one.summary.sentences:
                click.echo(f"    {' '.join(sentence.text.split())}  [{sentence.start:,}]")
    for row in comparison.unread:
        click.echo(f"{row.filename} is not read yet, or could not be: {row.status}.", err=True)
    if comparison.batch_id:
        missing = sum(one.summary is None for one in comparison.summaries)
        click.echo(f"{missing:,} are being made: afi batch {comparison.batch_id}", err=True)


def _told(one: "Compared", comparison: "Comparison") -> dict[str, object]:
    row, summary = one.document, one.summary
    return {
        "id": row.id,
        "document": row.sha256,
        "filename": row.filename,
        "company": row.company,
        "ticker": row.ticker,
        "form": row.document_type,
        "period": row.period,
        "version": comparison.version,
        "asked": comparison.sentences,
        "sentences": [
            {"text": s.text, "start": s.start, "end": s.end, "score": round(s.score, 4)}
            for s in (summary.sentences if summary else ())
        ],
        "made": summary is not None,
        "batch": None if summary else comparison.batch_id,
    }
