"""The command line: ``afi``."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from worker_core import __version__
from worker_core.schedule_cli import schedule

EXIT_REFUSED = 1


class Afi(click.Group):
    """Says what is wrong with a setting in words instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from worker_core.settings import SettingsError

        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Afi, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="afi")
def cli() -> None:
    """AFI Desk: document and market intelligence over Celery and Redis."""


cli.add_command(schedule)


def main() -> None:
    cli(prog_name="afi")


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def desktop(files: tuple[Path, ...]) -> None:
    """Open the window; FILES go to its tray."""
    from worker_core.operations.runtime import python_command

    command = python_command("desktop_app", *map(str, files))
    sys.exit(subprocess.run(command, check=False).returncode)


@cli.command()
@click.option("-Q", "--queues", help="Queues to serve, with commas. Default: all.")
@click.option("-c", "--concurrency", type=click.IntRange(1, 256), help="Tasks at the same time.")
@click.option("-n", "--hostname", default="afi@%h", show_default=True, help="The worker's name.")
@click.option(
    "-P",
    "--pool",
    type=click.Choice(["prefork", "threads", "solo"]),
    default="threads" if sys.platform == "win32" else "prefork",
    show_default=True,
    help="How tasks run side by side. Only prefork can stop a running task.",
)
@click.option("-l", "--loglevel", help="How much the log says. Default: as in the settings.")
def worker(
    queues: str | None, concurrency: int | None, hostname: str, pool: str, loglevel: str | None
) -> None:
    """Run a worker until it is told to stop."""
    from worker_core.catalog import QUEUES
    from worker_core.celery import app
    from worker_core.settings import current

    values = current()
    wanted = [name.strip() for name in (queues or ",".join(QUEUES)).split(",")]
    if unknown := [name for name in wanted if name not in QUEUES]:
        raise click.BadParameter(
            f"There is no queue {unknown[0]!r}. The queues are {', '.join(QUEUES)}."
        )
    values.data_dir.mkdir(parents=True, exist_ok=True)
    app.worker_main(
        [
            "worker",
            f"--queues={','.join(wanted)}",
            f"--concurrency={concurrency or values.worker_concurrency}",
            f"--hostname={hostname}",
            f"--pool={pool}",
            f"--loglevel={loglevel or values.log_level}",
            f"--max-tasks-per-child={values.worker_max_tasks_per_child}",
            f"--max-memory-per-child={values.worker_max_memory_mb * 1024}",
            "--without-mingle",
            "--without-gossip",
            "--task-events",
        ]
    )


@cli.command()
def beat() -> None:
    """Run the scheduler until it is told to stop. A second one, on this computer or another that
    uses the same database, stands by."""
    from worker_core.celery import app
    from worker_core.settings import current

    app.start(["beat", f"--loglevel={current().log_level}"])


@cli.command()
def flower() -> None:
    """Run Flower on this computer's FLOWER_PORT."""
    from worker_core.celery import app
    from worker_core.settings import current

    app.start(["flower", "--address=127.0.0.1", f"--port={current().flower_port}"])


@cli.command()
def up() -> None:
    """Run broker, worker and scheduler together until Ctrl+C."""
    from worker_core import foreground

    sys.exit(foreground.run(click.echo))


@cli.command("tasks")
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


@cli.command()
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


@cli.group()
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


@cli.command("settings")
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


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def reference(folder: Path) -> None:
    """Write the reference pages of tasks and settings into FOLDER."""
    from worker_core.reference import write

    for page in write(folder):
        click.echo(page)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def selftest(as_json: bool) -> None:
    """Run the whole chain on a sample filing in a temporary folder: broker, worker, result."""
    from worker_core.selftest import run

    report = run(progress=None if as_json else click.echo)
    if as_json:
        click.echo(json.dumps(report))
    sys.exit(0 if report["ok"] else EXIT_REFUSED)
