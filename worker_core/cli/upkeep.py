"""The installation itself: its settings, its reference pages, whether all of it works."""

import json
import sys
from pathlib import Path

import click

EXIT_REFUSED = 1


@click.command("settings")
def show_settings() -> None:
    """Show every setting with its value, variable and meaning."""
    from worker_core.settings import Settings, current, variable_of

    values = current()
    for name, field in Settings.model_fields.items():
        value = getattr(values, name)
        if value and ("url" in name or name in {"result_backend", "database", "artifacts"}):
            from worker_core.operations.connection import label

            value = label(str(value))
        click.echo(f"{variable_of(name)} = {'' if value is None else value}")
        click.echo(f"    {field.description}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def reference(folder: Path) -> None:
    """Write the reference pages of tasks, settings and commands into FOLDER."""
    from worker_core.reference import write

    for page in write(folder):
        click.echo(page)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--quick", is_flag=True, help="Only the chain from a sample filing to its result.")
def selftest(as_json: bool, quick: bool) -> None:
    """See whether all of this installation works, in a temporary folder.

    The window is opened without a screen; a broker, a worker and a scheduler are started; each
    domain has a task; one task is ended by force; the scheduler sends one; the HTTP API and Flower
    answer. Nothing of the user's own is touched, and no process is left.
    """
    from worker_core.selftest import run

    report = run(progress=None if as_json else click.echo, quick=quick)
    if as_json:
        click.echo(json.dumps(report))
    sys.exit(0 if report["ok"] else EXIT_REFUSED)
