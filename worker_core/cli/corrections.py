"""Correcting what stored documents were found to say of themselves."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from worker_core.operations.corrections import Corrected

_FIELDS = ("company", "ticker", "document_type", "period", "filing_date")
_TOLD = ("company", "ticker", "form", "period", "filed")
_FIELD = click.Choice(_TOLD)
_NAMES = {"form": "document_type", "filed": "filing_date"}


@click.command("correct")
@click.argument("document_id", type=click.IntRange(1))
@click.option("--company", help="Its company.")
@click.option("--ticker", help="Its symbol.")
@click.option("--form", help="Its form or kind, such as 10-K.")
@click.option("--period", help="The last day of its period, as 2024-09-28.")
@click.option("--filed", help="The day it was filed, as 2024-11-01.")
@click.option("--none", "nothing", multiple=True, type=_FIELD, help="It says nothing of this.")
@click.option(
    "--undo", multiple=True, type=click.Choice([*_TOLD, "all"]), help="What was found counts again."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def correct_document(
    document_id: int,
    *,
    nothing: tuple[str, ...],
    undo: tuple[str, ...],
    as_json: bool,
    **given: str | None,
) -> None:
    """Correct the document of this number (afi documents list); without options, show it.

    What is said here wins over what was found, in every list and search and for the company's
    metrics, and stays when the document is read again.
    """
    from worker_core.operations import corrections
    from worker_core.operations.errors import OperationError
    from worker_core.operations.who import user

    values: dict[str, Any] = {
        _NAMES.get(name, name): value for name, value in given.items() if value is not None
    } | {_NAMES.get(name, name): None for name in nothing}
    if undo and values:
        raise click.UsageError("Correct, or undo: both at once leave open what is meant.")
    try:
        if undo:
            fields = [] if "all" in undo else [_NAMES.get(name, name) for name in undo]
            answer = corrections.undo(document_id, fields)
        elif values:
            answer = corrections.correct(document_id, values, by=user())
        else:
            answer = corrections.corrected(document_id)
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    _say(answer, as_json)


def _say(answer: "Corrected", as_json: bool) -> None:
    record, tasks = answer.document, answer.recalculations
    if as_json:
        told = {
            "id": record.id,
            **{field: getattr(record, field) for field in _FIELDS},
            "corrections": [asdict(one) for one in answer.corrections],
            "recalculations": [{"task": task.name, "id": task.task_id} for task in tasks],
        }
        click.echo(json.dumps(told, default=str))
        return
    by_field = {one.field: one for one in answer.corrections}
    for field in _FIELDS:
        one = by_field.get(field)
        mark = f"  (corrected; found: {one.found or '—'})" if one else ""
        click.echo(f"{field.replace('_', ' '):<14} {getattr(record, field) or '—'}{mark}")
    for task in tasks:
        click.echo(f"Made anew with it: {task.name} {task.task_id}")
        if task.problem:
            click.echo(task.problem, err=True)
