"""The steps of verify_deb.py for an .rpm, by rpm itself on a bare Debian.

    sudo .venv/bin/python packaging/verify_rpm.py PACKAGE.rpm [--suite bookworm] [--older OTHER.rpm]
                                                  [--cache FOLDER]

The libraries that the package requires are held against those that the loader of the bare system
finds once Debian's packages of them are there; rpm's own database is empty, so that it is told not
to look. What dnf or zypper make of the names is not shown by this.
"""

import sys
from pathlib import Path

from installer.managers import Manager, Rpm
from installer.verifying import verify


def manager(_package: Path) -> Manager:
    from installer.debian import declared

    contents = Path(__file__).resolve().parent.parent / "build" / "package" / "contents.json"
    return Rpm(declared(contents))


if __name__ == "__main__":
    sys.exit(verify(Path(__file__).name, __doc__, manager))
