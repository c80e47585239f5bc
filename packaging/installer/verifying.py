"""The command line of the verifications."""

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from installer.chroot import debian
from installer.managers import Manager
from installer.verification import Verification


def verify(program: str, description: str, manager: Callable[[Path], Manager]) -> int:
    """Read the words, make a bare system, take the steps; 0 if each came out as it must."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("package", type=Path)
    parser.add_argument("--suite", default="bookworm", help="bookworm or trixie")
    parser.add_argument("--older", type=Path, help="another version of the package")
    parser.add_argument("--cache", type=Path, help="keeps the bare Debian for the next time")
    chosen = parser.parse_args()
    missing = [name for name in ("debootstrap", "Xvfb", "chroot") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        parser.error(f"it needs root and {', '.join(missing) or 'nothing else'}")
    with tempfile.TemporaryDirectory(prefix="afi-verify-") as place:
        Path(place).chmod(0o755)
        with debian(chosen.suite, Path(place) / "debian", chosen.cache) as chroot:
            verification = Verification(
                chroot, manager(chosen.package), chosen.package, chosen.older
            )
            ok = verification.all()
    print(json.dumps({"suite": chosen.suite, "ok": ok, "steps": verification.steps}))
    return 0 if ok else 1
