"""``afi models``: which versions of trained models there are, and which of them is in use."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

_SUBJECT = click.option(
    "--subject", default="", help="What it is a model of, such as a ticker. Default: all."
)
_REASON = click.option("--reason", default="", help="Why, for those who look later.")


@click.group()
def models() -> None:
    """Versions of trained models: seen, put in use, taken back."""


@models.command("list")
@click.argument("kind", required=False)
@click.option("--subject", help="Only models of this subject, such as a ticker.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_models(kind: str | None, subject: str | None, as_json: bool) -> None:
    """List versions, the newest first."""
    from dataclasses import asdict

    from worker_core.operations.models import listed

    with _refusing():
        rows = listed(kind, subject)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        of = f" of {row.subject}" if row.subject else ""
        click.echo(
            f"{row.status:<9}  {row.kind}{of}  {row.version}  {row.created_at:%Y-%m-%d %H:%M}Z"
        )
    if not rows:
        click.echo("No model has been trained yet; those that come with the program are in use.")


@models.command()
@click.argument("kind")
@click.argument("version", required=False)
@_SUBJECT
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(kind: str, version: str | None, subject: str, as_json: bool) -> None:
    """Show one version, or what is in use of a kind and how it came to be so."""
    from dataclasses import asdict

    from worker_core.operations import models as operations

    with _refusing():
        if version is not None:
            record = operations.found(kind, version, subject)
            click.echo(json.dumps(asdict(record), indent=2, default=str))
            return
        history = operations.history(kind, subject)
    if as_json:
        click.echo(json.dumps(asdict(history), indent=2, default=str))
        return
    in_use = history.pointer.version or "what comes with the program"
    click.echo(f"In use: {in_use}")
    for change in history.changes:
        what = f"{change.action.replace('_', ' ')}: {change.to_version or 'what comes with it'}"
        click.echo(f"{change.at:%Y-%m-%d %H:%M}Z  {what}  ({change.by or 'unknown'})")
        for reason in change.reasons:
            click.echo(f"    {reason}")


@models.command()
@click.argument("kind")
@click.argument("version")
@_SUBJECT
@_REASON
def promote(kind: str, version: str, subject: str, reason: str) -> None:
    """Put a version in use; workers take it with their next task."""
    from worker_core.operations import models as operations

    with _refusing():
        record = operations.promote(kind, version, subject, reason=reason)
    click.echo(f"{record.version} is in use.")


@models.command()
@click.argument("kind")
@_SUBJECT
@_REASON
@click.option("--from", "from_version", help="Only if this version is in use.")
def rollback(kind: str, subject: str, reason: str, from_version: str | None) -> None:
    """Put the version in use that was before; again, the one before that."""
    from worker_core.operations import models as operations

    with _refusing():
        pointer = operations.roll_back(kind, subject, from_version=from_version, reason=reason)
    click.echo(f"{pointer.version or 'What comes with the program'} is in use.")


@contextmanager
def _refusing() -> Iterator[None]:
    from worker_core.operations.errors import OperationError

    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error
