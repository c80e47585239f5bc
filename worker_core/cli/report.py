"""``afi report``: reports on the system and on companies, as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

import click

_OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; its ending says what it is: .html or .pdf.",
)


@click.group()
def report() -> None:
    """Reports for reading and printing."""


@report.command()
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True)
@_OUTPUT
def system(days: int, output: Path) -> None:
    """What ran, failed and was found in the last DAYS."""
    from worker_core.operations.reports import written

    form = _form(output)
    with _refusing():
        _write(output, written(form, days=days))


@report.command()
@click.argument("name")
@_OUTPUT
def company(name: str, output: Path) -> None:
    """On the company NAME, a symbol or its name: figures, forecast, anomalies, tone, filings."""
    from worker_core.operations.reports import written

    form = _form(output)
    with _refusing():
        _write(output, written(form, company=name))


@report.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_reports(limit: int) -> None:
    """List the reports that tasks have made, the latest first."""
    from worker_core.operations.reports import listed

    with _refusing():
        rows = listed(limit=limit)
    for row in rows:
        click.echo(f"{row.made_at:%Y-%m-%d %H:%M}Z  {row.kind:<7}  {row.task_id}  {row.title}")
    if not rows:
        click.echo("No report has been made: afi enqueue monitoring.generate_system_report")


@report.command()
@click.argument("task_id")
@_OUTPUT
def read(task_id: str, output: Path) -> None:
    """Write the report that the task TASK_ID has made into a file."""
    from worker_core.operations.reports import read as read_report

    form = _form(output)
    with _refusing():
        _write(output, read_report(task_id, form))


def _form(output: Path) -> Literal["html", "pdf"]:
    form = output.suffix.lower().lstrip(".")
    if form == "htm":
        form = "html"
    if form not in {"html", "pdf"}:
        raise click.BadParameter(
            f"{output.name} ends neither in .html nor in .pdf.", param_hint="--output"
        )
    return cast('Literal["html", "pdf"]', form)


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(
            f"{output} could not be written: {error.strerror or error}."
        ) from error
    click.echo(f"{output} ({len(content) / 1000:.0f} kB)")


@contextmanager
def _refusing() -> Iterator[None]:
    from worker_core.operations.errors import OperationError

    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error
