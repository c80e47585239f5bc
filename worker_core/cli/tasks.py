"""Tasks: which there are, and submitting one."""

import json

import click


@click.command("tasks")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_tasks(as_json: bool) -> None:
    """List the tasks, queue by queue."""
    from worker_core.catalog import TASKS

    if as_json:
        rows = [
            {
                "name": spec.name,
                "queue": spec.queue,
                "title": spec.title,
                "description": spec.description,
                "rate_limit": spec.rate_limit,
                "soft_time_limit": spec.soft_time_limit,
                "time_limit": spec.time_limit,
                "unavailable": spec.unavailable,
                "arguments": spec.arguments.model_json_schema(),
            }
            for spec in TASKS.values()
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(map(len, TASKS))
    for spec in TASKS.values():
        note = "" if spec.unavailable is None else "  (not yet available)"
        click.echo(f"{spec.name:<{width}}  {spec.description}{note}")


@click.command()
@click.argument("task")
@click.argument("arguments", default="{}")
@click.option("--key", help="A second submission with one key answers the first one's id.")
def enqueue(task: str, arguments: str, key: str | None) -> None:
    """Put TASK on its queue with ARGUMENTS, a JSON object. Prints the task's id.

    Without a broker the task is kept, and delivered when the broker is back.
    """
    from worker_core.catalog import UnknownTask
    from worker_core.operations.errors import OperationError
    from worker_core.operations.submit import submit

    try:
        values = json.loads(arguments)
    except ValueError as error:
        raise click.BadParameter(f"ARGUMENTS is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise click.BadParameter('ARGUMENTS must be a JSON object such as {"ticker": "AAPL"}.')
    try:
        submission = submit(task, values, idempotency_key=key)
    except (OperationError, UnknownTask) as error:
        raise click.ClickException(str(error)) from error
    click.echo(submission.task_id)
    if submission.problem:
        click.echo(submission.problem, err=True)
