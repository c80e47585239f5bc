"""Names that settings go by."""

import re

from pydantic import AliasChoices

APP_NAME = "afi-desk"
SETTINGS_FILE = "settings.json"
# What is not among these, workers would subscribe to as a pattern, or count by characters where
# the broker counts bytes.
KEY_PREFIX = re.compile(r"[!-)+->@-Z^-~]*")
KEY_PREFIX_WORDS = "printable ASCII characters other than * ? [ ] \\ and the space"


def variable(name: str) -> AliasChoices:
    """The environment's name of a setting; the settings file uses the field's own."""
    return AliasChoices(name, name.lower())
