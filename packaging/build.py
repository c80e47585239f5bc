"""``./dev package``: everything that is given to people, from a clean checkout.

    ./dev package [KIND …] [--out FOLDER] [--frozen FOLDER]

KIND is app, deb, rpm, wheel or sdist; without one all that this system can build: on Windows a
set-up program and on macOS a disk image come of app. ``--frozen``
takes a program that was frozen before instead of freezing it anew. The last line is one JSON
object with the sizes.
"""

import argparse
import json
import platform
import sys
import time
from pathlib import Path

from installer import debian, freeze, macos, python_packages, rpm, windows
from installer.parts import parts
from installer.tree import Product, lay_out
from worker_core import __version__

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("app", "deb", "rpm", "wheel", "sdist")
MIB = 2**20


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev package")
    parser.add_argument("kinds", nargs="*", metavar="KIND", choices=[*KINDS, []], default=[])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "package")
    parser.add_argument("--frozen", type=Path, help="build/package of an earlier run")
    chosen = parser.parse_args()
    kinds = set(chosen.kinds or KINDS)
    out: Path = chosen.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    told: dict[str, object] = {"version": __version__}
    if python_kinds := sorted(kinds & {"wheel", "sdist"}):
        for path in python_packages.build(ROOT, out, *python_kinds):
            told[path.name] = _mib(path)
    if kinds & {"app", "deb", "rpm"}:
        told |= _programs(kinds, out, chosen.frozen)
    print(json.dumps(told))
    return 0


def _programs(kinds: set[str], out: Path, frozen: Path | None) -> dict[str, object]:
    began = time.monotonic()
    if frozen is None:
        print("Freezing the program; this takes some minutes …", flush=True)
        folder, contents = freeze.freeze(ROOT, out)
    else:
        folder, contents = frozen / "dist" / "afi-desk", frozen / "contents.json"
    told: dict[str, object] = {"unpacked_mib": _mib(folder), "freezing_s": _seconds(began)}
    if sys.platform == "win32":
        return told | {"setup": windows.build(ROOT, folder, out, __version__).name}
    if sys.platform == "darwin":
        bundle = out / "dist" / "AFI Desk.app"
        return told | {"dmg": macos.build(ROOT, bundle, out, __version__).name}
    if not kinds & {"deb", "rpm"}:
        return told
    product = Product(
        ROOT, folder, __version__, tuple(parts(contents)), freeze.left_to_system(contents)
    )
    tree = out / "tree"
    without = lay_out(product, tree)
    told["parts"] = len(product.inside)
    told["without_licence_text"] = [part.name for part in without]
    # The Debian package last: it adds its own folder to the tree.
    if "rpm" in kinds:
        package = rpm.build(product, tree, out, platform.machine())
        told["rpm"] = package.name if package else "rpmbuild is not installed"
        if package:
            told["rpm_mib"] = _mib(package)
    if "deb" in kinds:
        package = debian.build(product, tree, out, platform.machine())
        told |= {"deb": package.name, "deb_mib": _mib(package)}
    return told


def _mib(path: Path) -> float:
    files = [path] if path.is_file() else path.rglob("*")
    return round(sum(p.lstat().st_size for p in files if not p.is_dir()) / MIB, 1)


def _seconds(began: float) -> float:
    return round(time.monotonic() - began, 1)


if __name__ == "__main__":
    sys.exit(main())
