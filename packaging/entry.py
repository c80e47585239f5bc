"""The one program of a frozen AFI Desk, and what it does with its command line.

    afi-desk [FILE …]            the window
    afi-desk afi …               the command line, also under the name afi
    afi-desk worker|beat|…  …    the same, for the commands that run
    afi-desk --module NAME …     a process of its own of a running one

Anything else ends with exit code 2: libraries that start ``sys.executable`` again, as joblib and
multiprocessing do, must get neither a second window nor a second worker.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

USAGE = 2
COMMANDS = ("worker", "beat", "flower", "api", "up", "selftest", "doctor")


def prepare() -> None:
    """Before anything is imported that looks at the environment."""
    # joblib would start this very program as its worker process.
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    # A process of its own is started anew: else its loader would take it for a part of this one,
    # and leave it without the path of its libraries that is taken away below.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    # The loader has read it already; a program of the system that is started from here, such as
    # a browser or a Redis server, must not find our libraries in it.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def chosen(program: str, words: list[str]) -> tuple[str, list[str]]:
    """What is to run, by the module's name, and its own words."""
    first = words[0] if words else ""
    if first == "--module":
        name = words[1] if len(words) > 1 else ""
        if name not in MODULES:
            sys.stderr.write(f"afi-desk: there is no part {name!r} that could be run\n")
            raise SystemExit(USAGE)
        return name, words[2:]
    if first == "afi":
        return "worker_core", words[1:]
    if Path(program).stem == "afi" or first in COMMANDS:
        return "worker_core", words
    return "desktop_app", words


def _afi() -> int:
    from worker_core.cli import main

    main()
    return 0


def _window() -> int:
    from desktop_app.__main__ import main

    return main()


def _watchdog() -> int:
    from worker_core.operations.launch import main

    return main()


def _reader() -> int:
    from worker_core.documents.sandbox import main

    main()
    return 0


MODULES: dict[str, Callable[[], int]] = {
    "worker_core": _afi,
    "desktop_app": _window,
    "worker_core.operations.launch": _watchdog,
    "worker_core.documents.sandbox": _reader,
}


def main() -> int:
    prepare()
    name, words = chosen(sys.argv[0], sys.argv[1:])
    sys.argv[1:] = words
    return MODULES[name]()


if __name__ == "__main__":
    sys.exit(main())
