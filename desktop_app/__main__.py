"""``python -m desktop_app [FILE …]`` opens the window."""

import argparse
import os
import sys
from pathlib import Path

from worker_core.operations.loading import cannot_load

USAGE = 2
NO_DISPLAY = 4
CANNOT_LOAD = 5
NO_DISPLAY_TEXT = """\
AFI Desk has no screen to open its window on: neither DISPLAY nor WAYLAND_DISPLAY is set.

Start it from a desktop session, or give it a virtual screen:
    xvfb-run -s "-screen 0 1280x800x24" afi-desk
To run it without any screen, as tests do, set QT_QPA_PLATFORM=offscreen.
Work without a window goes on with: afi up, afi --help"""


def has_display() -> bool:
    """Whether Qt can open a window. Without one it would abort the process."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def arguments(words: list[str]) -> argparse.Namespace:
    """Exits with 2 on words it does not know: a frozen build must never start by accident."""
    parser = argparse.ArgumentParser(
        prog="afi-desk", description="The window of AFI Desk.", allow_abbrev=False
    )
    parser.add_argument("files", nargs="*", type=Path, help="files to put into the tray")
    parser.add_argument(
        "--try",
        dest="try_here",
        action="store_true",
        help="start a broker and workers on this computer and process the sample filings",
    )
    parser.add_argument(
        "--check", action="store_true", help="see whether the window can be painted, and end"
    )
    parser.add_argument("--milestones", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    for file in chosen.files:
        # Also what a library says that takes this program for an interpreter.
        if not file.exists():
            parser.error(f"there is no file {str(file)!r}. Other commands are those of: afi --help")
    return chosen


def main() -> int:
    chosen = arguments(sys.argv[1:])
    if not has_display():
        print(NO_DISPLAY_TEXT, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return NO_DISPLAY
    try:
        from desktop_app import app

        if chosen.check:
            print(app.check())  # noqa: T201
            return 0
        return app.run(chosen.files, try_here=chosen.try_here, milestones=chosen.milestones)
    except ImportError as error:
        # Also of what is loaded after the first paint.
        print(cannot_load("The window cannot be opened", error), file=sys.stderr)  # noqa: T201
        return CANNOT_LOAD


if __name__ == "__main__":
    sys.exit(main())
