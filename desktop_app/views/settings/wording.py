"""The words of the settings page."""

from collections.abc import Collection

from desktop_app.services.preferences import Preference
from desktop_app.ui import formats

_ORIGINS = {
    "default": "Default",
    "file": "From the settings file",
    "keyring": "From the keyring",
}
# What a connection in use goes before.
_OVERRIDDEN = "the connection in use goes before it"


def note(one: Preference) -> str:
    """Where a value comes from, what sets it elsewhere, and who takes a change when."""
    if one.origin == "environment":
        return f"Set by the environment variable {one.variable}, which goes before this page"
    if one.origin == "secret file":
        return f"Set by the file that the environment names in {one.variable}_FILE"
    parts = [_ORIGINS[one.origin], one.variable]
    if one.overridden:
        parts.append(_OVERRIDDEN)
    elif one.waits:
        parts.append(f"waits for the next start of {one.taken_by}")
    elif one.at_once:
        parts.append("taken at once")
    else:
        parts.append(f"taken at the next start of {one.taken_by}")
    return " · ".join(parts)


def saved(labels: Collection[str], waiting: Collection[str]) -> str:
    """What was written down, and what has to start anew with it: those who take it."""
    many = len(labels) > 1
    what = f"{len(labels)} settings are" if many else f"“{next(iter(labels))}” is"
    if not waiting:
        return f"{what} saved."
    return f"{what} saved, for the next start of {formats.listed(sorted(waiting))}."


def state(changed: int, wrong: int) -> str:
    """What the bar says beside its buttons."""
    if not changed:
        return "Nothing is changed."
    words = "1 change" if changed == 1 else f"{changed} changes"
    if wrong:
        return f"{words}, of which {wrong} cannot be used"
    return f"{words}, not saved yet"


def found(count: int, shown: int) -> str:
    """How many fit a search."""
    if not count:
        return "No setting has all these words in its name or description."
    if shown < count:
        return f"The first {shown} of {count} settings that fit; type more to narrow them down."
    return "1 setting fits" if count == 1 else f"{count} settings fit"
