"""The reference page of the settings, written from their declarations."""

from worker_core import settings
from worker_core.reference.words import (
    accepted_words,
    default_words,
    table,
    type_words,
    value_of,
)
from worker_core.settings.declared import declarations, subjects

# What a default means whose value differs from one computer to the next.
_COMPUTED_DEFAULTS = {
    "data_dir": f"`{settings.APP_NAME}` in the user's folder for application data, see above",
}

_INTRO = f"""\
# Settings

Written from `worker_core/settings/` by `afi reference`; a change here would be overwritten.

A setting is taken from the environment variable, else from the file that the variable with `_FILE`
at its end names, else from the system's keyring where the window has put a secret there, else from
the settings file, else it has its default. The settings file is `{settings.SETTINGS_FILE}`, one
JSON object with the keys below, in the folder `{settings.APP_NAME}` of the user's configuration.
`afi settings` shows what is in force.

| System | Settings file | Application data |
| --- | --- | --- |
| Linux | `~/.config/{settings.APP_NAME}/`, or under `$XDG_CONFIG_HOME` | \
`~/.local/share/{settings.APP_NAME}/`, or under `$XDG_DATA_HOME` |
| macOS | `~/Library/Application Support/{settings.APP_NAME}/` | the same folder |
| Windows | `%LOCALAPPDATA%\\{settings.APP_NAME}\\` | the same folder |
"""


def page() -> str:
    """The text of ``docs/reference/settings.md``."""
    by_subject: dict[str, list[tuple[str, ...]]] = {subject: [] for subject in subjects()}
    for one in declarations():
        value = value_of(one.schema)
        default = _COMPUTED_DEFAULTS.get(one.name) or default_words(one.schema["default"])
        accepted = ", ".join(filter(None, (type_words(value), accepted_words(value))))
        name = f"`{one.variable}` `{one.name}`"
        by_subject[one.subject].append((name, accepted, default, one.description))
    head = ("Variable, and key in the file", "Accepted", "Default", "Meaning")
    sections = (f"## {subject}\n\n{table(head, rows)}" for subject, rows in by_subject.items())
    return "\n".join([_INTRO, *sections])
