"""Who says so, where a person corrects or labels."""

import getpass


def user(unknown: str = "") -> str:
    """The name of this computer's user; ``unknown`` where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return unknown
