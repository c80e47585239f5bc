"""What runs: the window, workers, the scheduler, Flower, all of it together."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker_core.settings import Settings


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def desktop(files: tuple[Path, ...]) -> None:
    """Open the window; FILES go to its tray."""
    from worker_core.operations.runtime import python_command

    command = python_command("desktop_app", *map(str, files))
    sys.exit(subprocess.run(command, check=False).returncode)


@click.command()
@click.option(
    "--profile",
    type=click.Choice(["default", "documents", "forecasting", "training"]),
    default="default",
    show_default=True,
    help="What kind of worker it is, as above.",
)
@click.option("-Q", "--queues", help="Queues to serve, with commas. Default: the profile's.")
@click.option(
    "-c",
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Tasks at the same time. Default: the profile's.",
)
@click.option("-n", "--hostname", help="The worker's name. Default: the profile's.")
@click.option(
    "-P",
    "--pool",
    type=click.Choice(["prefork", "threads", "solo"]),
    help="How tasks run side by side. Only prefork can end a running task. Default: as in the "
    "settings (AFI_WORKER_POOL).",
)
@click.option("-l", "--loglevel", help="How much the log says. Default: as in the settings.")
def worker(
    profile: str,
    queues: str | None,
    concurrency: int | None,
    hostname: str | None,
    pool: str | None,
    loglevel: str | None,
) -> None:
    """Run a worker until it is told to stop.

    \b
    default      all queues but forecasting and model_training; AFI_WORKER_CONCURRENCY tasks
    documents    document_processing and sentiment_analysis; one task a processor
    forecasting  forecasting; as default, but no more than one task a processor
    training     model_training; one task

    Default, forecasting and training serve every queue between them; -Q serves those it names.

    A warm stop (SIGTERM, or Ctrl+C) takes no more tasks and finishes those that run, however long
    they take; after SIGTERM the worker's exit code is 0.

    A soft stop (SIGQUIT, or a second Ctrl+C; also after a warm stop) gives them AFI_SOFT_STOP_S
    seconds; what still runs then is stopped and goes back to its queue, where another worker
    takes it at once. A second SIGTERM changes nothing. In the pools threads and solo tasks cannot
    be ended: there a soft stop finishes them too, and in threads one that is cancelled stops at
    its next word of progress.
    """
    from worker_core.profiles import PROFILES, pool_of
    from worker_core.settings import current

    values, chosen = current(), PROFILES[profile]
    wanted = chosen.queues if queues is None else _known(queues)
    click.echo(_left_out(wanted), err=True, nl=False)
    _make_room(values)

    from worker_core.celery import app

    app.worker_main(
        [
            "worker",
            f"--queues={','.join(wanted)}",
            f"--concurrency={concurrency or chosen.concurrency(values)}",
            f"--hostname={hostname or chosen.hostname}",
            f"--pool={pool or pool_of(values)}",
            f"--loglevel={loglevel or values.log_level}",
            f"--max-tasks-per-child={values.worker_max_tasks_per_child}",
            f"--max-memory-per-child={values.worker_max_memory_mb * 1024}",
            "--without-mingle",
            "--without-gossip",
            "--task-events",
        ]
    )


def _make_room(values: "Settings") -> None:
    """Make the data folder, where temporary files of tasks and of the pool itself lie."""
    from worker_core.operations.doctor import place

    problems = [one for one in place.disk(values) if one.state == "problem"]
    try:
        values.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError:
        problems = list(place.folder(values))
    for one in problems:
        raise click.ClickException(f"{one.message} {one.remedy}")


def _known(queues: str) -> tuple[str, ...]:
    from worker_core.catalog import QUEUES

    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in queues.split(",")))))
    if unknown := [name for name in names if name not in QUEUES]:
        raise click.BadParameter(
            f"There is no queue {unknown[0]!r}. The queues are {', '.join(QUEUES)}."
        )
    if not names:
        raise click.BadParameter(f"Name at least one queue of {', '.join(QUEUES)}.")
    return names


def _left_out(wanted: tuple[str, ...]) -> str:
    """What to say of the queues that a worker of ``wanted`` does not serve."""
    from worker_core.catalog import QUEUES
    from worker_core.profiles import serving

    left = [name for name in QUEUES if name not in wanted]
    if not left:
        return ""
    commands = " and ".join(f"afi worker --profile {one.name}" for one in serving(left))
    return f"This worker leaves out {', '.join(left)}. They are served by: {commands}\n"


@click.command()
def beat() -> None:
    """Run the scheduler until it is told to stop. A second one, on this computer or another that
    uses the same database, stands by."""
    from worker_core.celery import app
    from worker_core.settings import current

    app.start(["beat", f"--loglevel={current().log_level}"])


@click.command()
def flower() -> None:
    """Run Flower on this computer's FLOWER_PORT until it is told to stop.

    It is for this computer alone. FLOWER_BASIC_AUTH=user:password asks for a login;
    with it and AFI_FLOWER_REMOTE=true, FLOWER_ADDRESS may be another computer's way to it.
    """
    import os

    from worker_core.operations import flower as how
    from worker_core.operations.errors import OperationError
    from worker_core.operations.ports import require_port
    from worker_core.settings import current

    values = current()
    try:
        words = how.words(values)
        require_port(
            values.flower_address, values.flower_port, what="Flower", setting="FLOWER_PORT"
        )
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    how.hand_over_logins(values, os.environ)

    from worker_core.celery import app

    # A user of the broker for Flower alone has no right to put messages back, nor any need to.
    app.conf.broker_transport_options["visibility_timeout"] = how.NEVER_S
    app.start(["flower", *words])


@click.command()
def up() -> None:
    """Run broker, default, forecasting and training workers and scheduler until Ctrl+C."""
    from worker_core import foreground

    sys.exit(foreground.run(click.echo))
