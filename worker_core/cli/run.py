"""What runs: the window, workers, the scheduler, Flower, all of it together."""

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def desktop(files: tuple[Path, ...]) -> None:
    """Open the window; FILES go to its tray."""
    from worker_core.operations.runtime import python_command

    command = python_command("desktop_app", *map(str, files))
    sys.exit(subprocess.run(command, check=False).returncode)


@click.command()
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


@click.command()
def beat() -> None:
    """Run the scheduler until it is told to stop."""
    from worker_core.celery import app
    from worker_core.settings import current

    folder = current().data_dir / "beat"
    folder.mkdir(parents=True, exist_ok=True)
    schedule, pid = folder / "schedule", folder / "beat.pid"
    # The file holds the id of a live scheduler, so that two never run on one folder.
    app.start(["beat", f"--schedule={schedule}", f"--pidfile={pid}"])


@click.command()
def flower() -> None:
    """Run Flower on this computer's FLOWER_PORT."""
    from worker_core.celery import app
    from worker_core.settings import current

    app.start(["flower", "--address=127.0.0.1", f"--port={current().flower_port}"])


@click.command()
def up() -> None:
    """Run broker, worker and scheduler together until Ctrl+C."""
    from worker_core import foreground

    sys.exit(foreground.run(click.echo))
