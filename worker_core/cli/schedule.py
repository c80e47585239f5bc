"""``afi schedule``: what is started by itself."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from worker_core.operations.schedule import ScheduleEntry

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def schedule() -> None:
    """What is started by itself, and when. A running scheduler follows within seconds."""


@schedule.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_entries(as_json: bool) -> None:
    """List the entries."""
    from worker_core.operations.schedule import entries

    with _in_words():
        rows = entries()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=_iso))
        return
    for row in rows:
        click.echo(_line(row))
        for note in _notes(row):
            click.echo(f"    {note}")
    if not rows:
        click.echo("The schedule is empty. It is filled when a scheduler starts: “afi beat”.")


def _timing(command: F) -> F:
    for option in (
        click.option(
            "--expires",
            "expires_s",
            type=float,
            metavar="SECONDS",
            help="Start no run that comes this much too late; 0: none is too late.",
        ),
        click.option(
            "--market-hours/--all-hours",
            default=None,
            help="Only while the exchange is open (AFI_EXCHANGE).",
        ),
        click.option("--timezone", help="Time zone of --cron. Default: as in the settings."),
        click.option("--cron", help="Minute, hour, day of the month, month, day of the week."),
        click.option("--every", help="Seconds, or a number with s, m, h or d: 5m."),
    ):
        command = option(command)
    return command


@schedule.command("add")
@click.argument("name")
@click.argument("task")
@click.argument("arguments", default="{}")
@_timing
@click.option("--disabled", is_flag=True, help="Do not start it yet.")
def add_entry(name: str, task: str, arguments: str, disabled: bool, **timing: Any) -> None:
    """Start TASK with ARGUMENTS, a JSON object, again and again."""
    from worker_core.operations.schedule import add
    from worker_core.storage import ScheduleEdit

    values = {"task": task, "arguments": _object(arguments), **_changes(timing)}
    if "kind" not in values:
        raise click.UsageError("Say when: --every 5m, or --cron '30 2 * * *'.")
    with _in_words():
        click.echo(_line(add(name, ScheduleEdit(**values), enabled=not disabled)))


@schedule.command("set")
@click.argument("name")
@click.option("--task", help="Another task.")
@click.option("--arguments", help="Other arguments, a JSON object.")
@_timing
def set_entry(name: str, task: str | None, arguments: str | None, **timing: Any) -> None:
    """Change an entry. What is not named stays as it is."""
    from worker_core.operations.schedule import edit

    changes = _changes(timing)
    if task is not None:
        changes["task"] = task
    if arguments is not None:
        changes["arguments"] = _object(arguments)
    if not changes:
        raise click.UsageError("Say what to change; “afi schedule set --help” lists it.")
    with _in_words():
        click.echo(_line(edit(name, changes)))


@schedule.command("enable")
@click.argument("name")
def enable_entry(name: str) -> None:
    """Start an entry again, from its next time on."""
    from worker_core.operations.schedule import enable

    with _in_words():
        click.echo(_line(enable(name)))


@schedule.command("disable")
@click.argument("name")
def disable_entry(name: str) -> None:
    """Start an entry no more until it is enabled."""
    from worker_core.operations.schedule import disable

    with _in_words():
        click.echo(_line(disable(name)))


@schedule.command("reset")
@click.argument("name")
def reset_entry(name: str) -> None:
    """Give an entry that comes with the program its own values back."""
    from worker_core.operations.schedule import reset

    with _in_words():
        click.echo(_line(reset(name)))


@schedule.command("remove")
@click.argument("name")
def remove_entry(name: str) -> None:
    """Remove an entry."""
    from worker_core.operations.schedule import remove

    with _in_words():
        remove(name)
    click.echo(f"{name} is removed.")


@schedule.command("seen")
@click.argument("name")
def forget(name: str) -> None:
    """Count an entry's missed runs from nothing again."""
    from worker_core.operations.schedule import forget_missed

    with _in_words():
        click.echo(_line(forget_missed(name)))


@schedule.command("run")
@click.argument("name")
def run_entry(name: str) -> None:
    """Start an entry's task now. Prints the task's id."""
    from worker_core.operations.schedule import run_now

    with _in_words():
        submission = run_now(name)
    click.echo(submission.task_id)
    if submission.problem:
        click.echo(submission.problem, err=True)


@contextmanager
def _in_words() -> Iterator[None]:
    from worker_core.catalog import UnknownTask
    from worker_core.operations.errors import OperationError

    try:
        yield
    except (OperationError, UnknownTask) as error:
        raise click.ClickException(str(error)) from error


def _object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"The arguments are not JSON: {error}") from error
    if not isinstance(values, dict):
        raise click.BadParameter('The arguments must be a JSON object such as {"ticker": "AAPL"}.')
    return values


def _changes(timing: dict[str, Any]) -> dict[str, Any]:
    every, cron = timing["every"], timing["cron"]
    if every is not None and cron is not None:
        raise click.UsageError("Take --every or --cron, not both.")
    changes = {
        name: timing[name]
        for name in ("timezone", "market_hours", "expires_s")
        if timing[name] is not None
    }
    if changes.get("expires_s") == 0:
        changes["expires_s"] = None
    if every is not None:
        changes |= {"kind": "every", "expression": every}
    if cron is not None:
        changes |= {"kind": "cron", "expression": cron}
    return changes


def _line(row: "ScheduleEntry") -> str:
    when = "disabled" if not row.enabled else f"next {_time(row.next_run)}"
    return f"{row.name:<20} {row.text:<34} {when:<26} {row.task}"


def _notes(row: "ScheduleEntry") -> Iterator[str]:
    if row.problem is not None:
        yield row.problem
    if row.last_run is not None:
        drift = "" if row.last_drift_s is None else f", {row.last_drift_s:.2f} s late"
        yield f"last {_time(row.last_run)}{drift}, task {row.last_task_id}"
    if row.skipped_at is not None and (row.last_run is None or row.skipped_at > row.last_run):
        yield f"skipped {_time(row.skipped_at)}: {row.skipped_why}"
    if row.missed:
        yield f"missed {row.missed}, {_time(row.missed_since)} to {_time(row.last_missed_at)}"


def _time(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M:%SZ}"


def _iso(at: datetime) -> str:
    return at.isoformat()
