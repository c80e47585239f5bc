"""The steps of verify_deb.py for an .rpm, by dnf and rpm on a bare Debian.

    sudo .venv/bin/python packaging/verify_rpm.py PACKAGE.rpm [--suite bookworm] [--older OTHER.rpm]
                                                  [--cache FOLDER]

Debian's packages of the libraries that the package requires are put in, and a package that names
what the loader then finds (installer/system_rpm.py): dnf decides by it whether the requirements are
met. That Fedora's and openSUSE's own packages provide the same names is not shown by this.
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
