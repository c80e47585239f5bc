"""``afi doctor``: what is wrong with an installation, and what to do about it.

Each check answers findings; none of them changes anything that is there.
"""

from collections.abc import Callable, Iterator

from worker_core.operations.doctor.finding import Finding, State, as_json
from worker_core.settings import Settings, SettingsError, load

__all__ = ["Check", "Finding", "State", "as_json", "examine", "healthy", "starting"]

Check = Callable[[Settings], Iterator[Finding]]


def examine() -> Iterator[Finding]:
    """Everything, one finding after the other as it is found."""
    from worker_core.operations.doctor import place, program, services, system

    yield from program.versions()
    try:
        settings = load()
    except SettingsError as error:
        yield Finding(
            "settings", "problem", str(error), "Correct the value, or remove it to use the default."
        )
        return
    yield Finding("settings", "ok", "All settings can be used.")
    checks: tuple[Check, ...] = (
        program.libraries,
        program.resources,
        program.window,
        system.display,
        system.fonts,
        system.language,
        system.clock,
        system.keyring,
        place.folder,
        place.disk,
        services.database,
        services.broker,
        services.ports,
    )
    for check in checks:
        yield from _guarded(check, settings)


# A database that does not answer may answer later; these stay until somebody does something.
_LASTING = {"data_folder", "disk_full", "corrupt", "newer", "foreign", "no_permission", "read_only"}


def starting(settings: Settings) -> list[Finding]:
    """What keeps the window from working at all: the folder, the disk, the database. Quick."""
    from worker_core.operations.doctor import place, services

    found = [*_guarded(place.folder, settings), *_guarded(place.disk, settings)]
    if not any(one.state == "problem" for one in found):
        found += _guarded(services.database_at_start, settings)
    return [one for one in found if one.state == "problem" and one.code in _LASTING]


def healthy(findings: list[Finding]) -> bool:
    """Whether none of them is a problem; warnings are none."""
    return all(one.state != "problem" for one in findings)


def _guarded(check: Check, settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except Exception as error:  # noqa: BLE001 - a check that fails is what this reports
        yield Finding(
            check.__name__,
            "problem",
            f"It could not be examined: {type(error).__name__}: {error}",
            "Report this, with the rest of what is said here.",
        )
