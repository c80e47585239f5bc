"""What to do about a library that cannot be loaded. Needs the standard library alone, since any of
the others may be the one that is missing."""

import re

from worker_core.operations.runtime import frozen

MISSING_OBJECT = re.compile(r"(?P<name>[\w.+-]+\.(?:so[\w.]*|dylib|dll))")


def missing(text: str) -> str:
    """What to do about a library that could not be loaded, by the words of the loader."""
    match = MISSING_OBJECT.search(text)
    package = match and SYSTEM_PACKAGES.get(match["name"])
    if package:
        return f"Install the system's package {package}: sudo apt-get install {package}"
    if match and "cannot open shared object" in text:
        return f"Install the system's package that brings {match['name']}."
    if frozen():
        return "Install AFI Desk again: a file of it is missing or damaged."
    return "Install what AFI Desk needs again: in a checkout `./dev run` does it."


def cannot_load(what: str, error: ImportError) -> str:
    """What happened and what to do, in three lines; ``what`` cannot go on without the library."""
    return (
        f"{what}, because a part of AFI Desk cannot be loaded: {error}\n\n"
        f"{missing(str(error))}\nWhat else is wrong here: afi doctor"
    )


# Shared libraries that Qt loads, and the Debian packages that bring them.
SYSTEM_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libxcb.so.1": "libxcb1",
}
