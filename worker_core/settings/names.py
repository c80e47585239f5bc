"""Names that settings go by."""

import re
from typing import Final

from pydantic import AliasChoices
from pydantic.config import JsonDict

APP_NAME = "afi-desk"
SETTINGS_FILE = "settings.json"
# The key of the settings file that lists what the keyring holds instead, and the keyring's name
# for all that is ours.
IN_KEYRING: Final = "in_keyring"
SERVICE: Final = "afi-desk"
TAKEN_BY: Final = "taken_by"
AT_ONCE: Final = "the window at once"
# What is not among these, workers would subscribe to as a pattern, or count by characters where
# the broker counts bytes.
KEY_PREFIX = re.compile(r"[!-)+->@-Z^-~]*")
KEY_PREFIX_WORDS = "printable ASCII characters other than * ? [ ] \\ and the space"


def variable(name: str) -> AliasChoices:
    """The environment's name of a setting; the settings file uses the field's own."""
    return AliasChoices(name, name.lower())


def taken_by(what: str) -> JsonDict:
    """What of a setting is said beside its type: ``AT_ONCE``, or who takes it at its next start."""
    return {TAKEN_BY: what}


class SettingsError(Exception):
    """A setting has a value that cannot be used. The text names it and what is accepted."""
