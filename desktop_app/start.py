"""From the first paint to a desk that can work: what stands in the way is said."""

import asyncio
import logging
from collections.abc import Sequence

from desktop_app.services.blocking import Blocking
from desktop_app.ui.shell import Shell
from desktop_app.ui.trouble import Problem, Trouble
from worker_core import settings
from worker_core.operations.doctor import Finding, starting
from worker_core.settings import Settings, SettingsError
from worker_core.storage.errors import StorageError

log = logging.getLogger(__name__)

RESTORE, AGAIN, QUIT = "restore", "again", "quit"
_WAYS = {AGAIN: "Try again", QUIT: "Quit"}


async def ready(shell: Shell) -> Settings | None:
    """The settings, once nothing keeps the window from working; None if the user gave up."""
    blocking = Blocking(1, "start")
    try:
        return await _ready(shell, blocking)
    finally:
        blocking.close()


async def _ready(shell: Shell, blocking: Blocking) -> Settings | None:
    problems: Sequence[Problem]
    while True:
        restorable = False
        try:
            # A keyring may ask for its password first.
            values = await blocking.run(settings.load)
        except SettingsError as error:
            problems = [Problem(str(error), "Correct it, then try again.")]
        else:
            found = await blocking.run(starting, values)
            if not found:
                settings.current.cache_clear()
                return values
            problems = [Problem(one.message, one.remedy) for one in found]
            restorable = await blocking.run(_has_copy, found, values)
        answer = await _ask(shell, problems, restorable=restorable)
        while answer == RESTORE:
            try:
                await blocking.run(_restore, values)
                break
            except StorageError as error:
                told = [Problem(error.message, error.remedy)]
                answer = await _ask(shell, told, restorable=True)
        if answer == QUIT:
            return None


async def _ask(shell: Shell, problems: Sequence[Problem], *, restorable: bool) -> str:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def decide(key: str) -> None:
        if not answer.done():
            answer.set_result(key)

    for one in problems:
        log.warning("%s %s", one.message, one.remedy)
    first = {RESTORE: "Put the last copy back"} if restorable else {}
    panel = Trouble(shell, problems, list((first | _WAYS).items()))
    panel.answered.connect(decide)
    closing = shell.closing.connect(lambda: decide(QUIT))
    panel.open()
    try:
        return await answer
    finally:
        shell.closing.disconnect(closing)


def _has_copy(found: Sequence[Finding], values: Settings) -> bool:
    from worker_core.storage.backups import backups
    from worker_core.storage.condition import sqlite_file

    file = sqlite_file(values.database_url)
    corrupt = any(one.code == "corrupt" for one in found)
    return corrupt and file is not None and bool(backups(file))


def _restore(values: Settings) -> None:
    from worker_core.storage.backups import backups, restore_backup
    from worker_core.storage.condition import sqlite_file

    file = sqlite_file(values.database_url)
    if file is not None and (copies := backups(file)):
        aside = restore_backup(file, copies[0])
        log.warning("%s was put back; the damaged file is in %s.", copies[0].words, aside)
