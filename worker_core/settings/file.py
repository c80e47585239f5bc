"""The user's settings file: one JSON object, that nobody else may read and that is never there by
half."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from worker_core.settings.names import SettingsError


def read(path: Path) -> dict[str, Any]:
    """What the file holds; nothing where there is none.

    Raises:
        SettingsError: it cannot be read, or holds something else.
    """
    try:
        held = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"The settings file {path} cannot be read: {reason}.") from error
    except ValueError as error:
        raise SettingsError(unreadable(path, error)) from error
    if not isinstance(held, dict):
        raise SettingsError(unreadable(path, "it holds no object in braces"))
    return held


def write(path: Path, values: Mapping[str, Any]) -> None:
    """Put these in its place.

    Raises:
        SettingsError: it cannot be written; what it held before is still there.
    """
    temporary = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        # An address may hold a password.
        temporary.touch(mode=0o600)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(values, indent=2, default=str) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} could not be written: {error.strerror or error}. "
            "Nothing was changed. See whether its folder can be written to and the disk is not "
            "full."
        ) from error


def unreadable(path: Path, reason: object) -> str:
    return (
        f"The settings file {path} is not valid JSON ({reason}). "
        "Mend it, or remove it to start from the defaults."
    )
