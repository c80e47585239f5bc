"""The frozen program: a folder with one program in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer import guide, icons
from installer.native import one_copy, strip_all, without_build_folders, without_icu_data
from worker_core import __version__


def freeze(root: Path, target: Path) -> tuple[Path, Path]:
    """Build it below ``target``. Returns its folder and the list of what went in.

    Raises:
        subprocess.CalledProcessError: PyInstaller failed; what it said stands in the log beside.
    """
    target.mkdir(parents=True, exist_ok=True)
    contents = target / "contents.json"
    icons.write(root / "resources/icons/app", target)
    environment = os.environ | {
        "AFI_PACKAGING_ROOT": str(root),
        "AFI_PACKAGING_CONTENTS": str(contents),
        "AFI_PACKAGING_WORK": str(target),
        "AFI_PACKAGING_VERSION": __version__,
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm"]
    command += ["--distpath", str(target / "dist"), "--workpath", str(target / "work")]
    log = target / "pyinstaller.log"
    with log.open("wb") as output:
        subprocess.run(
            [*command, str(root / "packaging" / "afi-desk.spec")],
            check=True,
            env=environment,
            stdout=output,
            stderr=output,
            cwd=root,
        )
    folder = target / "dist" / "afi-desk"
    if sys.platform.startswith("linux"):
        strip_all(folder / "_internal")
        without_build_folders(folder / "_internal")
        one_copy(folder / "_internal")
        without_icu_data(folder / "_internal/PySide6/Qt/lib")
    pages = folder / "_internal" / "guide"
    guide.build(root, pages)
    told = json.loads(contents.read_text("utf-8"))
    told["files"] |= guide.sources(pages)
    contents.write_text(json.dumps(told), "utf-8")
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache)
    for path in folder.rglob("*"):
        # What it led to was left out.
        if path.is_symlink() and not path.exists():
            path.unlink()
    return folder, contents


def left_to_system(contents: Path) -> tuple[Path, ...]:
    """The system's libraries that something in it needs and that did not go in."""
    external = json.loads(contents.read_text("utf-8"))["external"]
    return tuple(sorted({Path(source) for source in external.values()}))
