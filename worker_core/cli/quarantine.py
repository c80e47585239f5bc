"""Tasks that kept ending their worker: seen and released."""

import json

import click


@click.group()
def quarantine() -> None:
    """Tasks that were stopped because they kept ending their worker."""


@quarantine.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_quarantine(as_json: bool) -> None:
    """List them, the latest first."""
    from dataclasses import asdict

    from worker_core.operations.errors import OperationError
    from worker_core.operations.quarantine import listed

    try:
        rows = listed()
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        click.echo(f"{row.id}  {row.name}  {row.finished_at:%Y-%m-%d %H:%M:%SZ}")
        click.echo(f"    {row.error_message}")
    if not rows:
        click.echo("No task is in quarantine.")


@quarantine.command("release")
@click.argument("task_ids", nargs=-1, required=True)
def release_quarantine(task_ids: tuple[str, ...]) -> None:
    """Send tasks again that lie in quarantine."""
    from worker_core.operations.errors import OperationError
    from worker_core.operations.quarantine import release

    for task_id in task_ids:
        try:
            row = release(task_id)
        except OperationError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{row.id} is on its queue again.")
