"""Whether a .deb keeps its word on a bare Debian: installed, started, tried, killed, removed.

    sudo .venv/bin/python packaging/verify_deb.py PACKAGE.deb [--suite bookworm]
                                                  [--older OTHER.deb] [--cache FOLDER]

In a folder that debootstrap fills, with the dependencies that the package declares and no others:
it is installed; ``afi doctor`` and ``afi selftest --json`` pass as a user who is not root; the
window opens on a real X server, starts its own broker and workers, is killed by SIGKILL, and leaves
no process; words that it does not know end it with 2; whatever stands in its way (a folder that
cannot be written, a full disk, a damaged database, …) is a sentence; an update migrates the user's
database and copies it before; with ``--older`` another version is put over this one and this one
over it; removal leaves the user's data. The last line is one JSON object.
"""

import sys
from pathlib import Path

from installer.managers import Apt
from installer.verifying import verify

if __name__ == "__main__":
    sys.exit(verify(Path(__file__).name, __doc__, lambda _package: Apt()))
