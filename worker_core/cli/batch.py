"""Batches: how far they are, item by item, and their end."""

import json
from dataclasses import asdict
from typing import Any

import click


@click.command("batch")
@click.argument("task_id")
@click.option("--cancel", "stop", is_flag=True, help="Begin with no more of its items.")
@click.option("--items", "each", is_flag=True, help="What has become of each item.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True)
@click.option("--after", type=click.IntRange(0), default=0, help="Leave out so many items.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def batch(task_id: str, *, stop: bool, each: bool, limit: int, after: int, as_json: bool) -> None:
    """Say how far the batch is that TASK_ID handed over."""
    from worker_core.operations import batches
    from worker_core.operations.errors import OperationError

    try:
        if stop:
            batches.cancel(task_id)
        progress = batches.progress(task_id)
        items = batches.items(task_id, limit, after) if each else ()
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        answer: dict[str, Any] = {**asdict(progress), "done": progress.done}
        if each:
            answer["items"] = [asdict(item) for item in items]
        click.echo(json.dumps(answer))
        return
    click.echo(
        f"{progress.done:,} of {progress.total:,} are done: {progress.succeeded:,} succeeded, "
        f"{progress.failed:,} failed, {progress.cancelled:,} cancelled."
    )
    for item in items:
        click.echo(f"{item.state:<12} {item.key}" + (f"  {item.error}" if item.error else ""))
