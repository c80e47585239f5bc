"""Who uses this program here, as far as the computer knows."""

import getpass


def this_person() -> str:
    """The name of the logged-in user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
