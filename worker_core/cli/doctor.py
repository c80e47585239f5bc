"""What is wrong with an installation, and the copies of its database."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker_core.settings import Settings

EXIT_WRONG = 1
MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def doctor(as_json: bool) -> None:
    """Look for what is wrong with this installation, and say what to do about it.

    Nothing is changed. The exit code is 1 where something keeps AFI Desk from working; what is
    marked as a warning does not.
    """
    from worker_core.operations.doctor import as_json as told
    from worker_core.operations.doctor import examine, healthy

    findings = []
    for one in examine():
        findings.append(one)
        if not as_json:
            click.echo(f"{MARKS[one.state]} {one.subject:<12} {one.message}")
            if one.remedy:
                click.echo(f"{'':20} → {one.remedy}")
    if as_json:
        click.echo(json.dumps(told(findings)))
    sys.exit(0 if healthy(findings) else EXIT_WRONG)


@click.group()
def backups() -> None:
    """Copies of the database: those made before an update changed it, and the regular ones
    (AFI_BACKUP_HOURS). Of an SQLite database alone: a server's has backups of its own."""


@backups.command("list")
def list_copies() -> None:
    """Show the copies, the newest first."""
    from worker_core.storage.backups import backups as copies

    found = copies(_file())
    for one in found:
        size = one.path.stat().st_size / 2**20
        why = "regular" if one.regular else "update"
        click.echo(f"{one.made:%Y-%m-%d %H:%M:%S} UTC  {why:<7}  {size:9.1f} MiB  {one.path}")
    if not found:
        click.echo(
            "There is no copy yet: one is made before each update of the database, and every "
            f"{_settings().backup_hours} hours while workers or the window run."
        )


@backups.command()
def make() -> None:
    """Make a copy now, also while the window and workers run."""
    from worker_core.storage import StorageError
    from worker_core.storage.backups import make_backup
    from worker_core.storage.migrate import current

    file = _file()
    if not file.exists():
        raise click.ClickException(f"There is no database {file} yet, so nothing to copy.")
    try:
        made = make_backup(file, current(f"sqlite:///{file}") or "none")
    except StorageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(made.path)


@backups.command()
@click.argument("copy", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(copy: Path | None, yes: bool) -> None:
    """Put a copy in the place of the database: COPY, one of those that `afi backups list` shows, or
    the newest. Close the window and stop the workers before; what is there now is kept beside
    it."""
    from worker_core.storage import StorageError
    from worker_core.storage.backups import backups as copies
    from worker_core.storage.backups import restore_backup

    file = _file()
    found = copies(file)
    if not found:
        raise click.ClickException(f"There is no copy of {file}.")
    if copy is not None:
        found = [one for one in found if one.path == copy.absolute()]
        if not found:
            raise click.ClickException(f"{copy} is no copy of {file}: see afi backups list.")
    if not yes:
        click.confirm(f"Put back {found[0].words}?", abort=True)
    try:
        aside = restore_backup(file, found[0])
    except StorageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Done. What was there is in {aside}.")


def _settings() -> "Settings":
    from worker_core.settings import current

    return current()


def _file() -> Path:
    from worker_core.storage.condition import sqlite_file

    file = sqlite_file(_settings().database_url)
    if file is None:
        raise click.ClickException(
            "The database is on a server (AFI_DATABASE_URL): its copies are made there."
        )
    return file
