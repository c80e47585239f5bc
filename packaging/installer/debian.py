"""The package for Debian and Ubuntu."""

import hashlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

from installer.changes import MAINTAINER
from installer.freeze import left_to_system
from installer.parts import owners
from installer.tree import Product

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# What Qt and the interpreter load that no library of the folder names, or names by another way.
ALWAYS = (
    "libc6 (>= 2.36)",
    "libgl1",
    "libegl1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "fontconfig-config",
    "fonts-dejavu-core",
)
# Debian 13 knows these by another name.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}

CONTROL = """\
Package: afi-desk
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: xdg-utils, gnome-keyring | kwalletmanager
Section: science
Priority: optional
Description: Document and market intelligence for a research team
 A window in which filings, releases and reports are read, scored and
 summarised, and in which every queue, worker and task of the system that does
 it is seen.
 .
 It brings its own Python, broker and workers, and needs no server.
"""


def build(product: Product, tree: Path, target: Path, machine: str) -> Path:
    """Pack ``tree`` into a file in ``target``, compressed by zstd, and return it."""
    control = tree / "DEBIAN"
    control.mkdir()
    size = sum(p.lstat().st_size for p in tree.rglob("*") if not p.is_dir())
    architecture = ARCHITECTURES[machine]
    (control / "control").write_text(
        CONTROL.format(
            maintainer=MAINTAINER,
            version=product.version,
            architecture=architecture,
            size=size // 1024,
            depends=", ".join(depends(product)),
        ),
        "utf-8",
    )
    (control / "md5sums").write_text(_sums(tree), "utf-8")
    script = control / "postrm"
    script.write_text((product.root / "packaging/linux/postrm").read_text("utf-8"), "utf-8")
    script.chmod(0o755)
    package = target / f"afi-desk_{product.version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z19", "--build", str(tree), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return package


def declared(contents: Path) -> list[str]:
    """What a package of the frozen program that ``contents`` lists depends on."""
    return _depends(left_to_system(contents))


def depends(product: Product) -> list[str]:
    """Packages of the libraries that are left to the system, and of what is loaded beside them."""
    return _depends(product.external)


def _depends(external: Sequence[Path]) -> list[str]:
    names = sorted(owners(list(external)))
    known = {one.partition(" ")[0] for one in ALWAYS}
    return [
        *ALWAYS,
        *(
            f"{name} | {RENAMED[name]}" if name in RENAMED else name
            for name in names
            if name not in known
        ),
    ]


def _sums(tree: Path) -> str:
    lines = []
    for path in sorted(tree.rglob("*")):
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts:
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            lines.append(f"{digest}  {path.relative_to(tree)}")
    return "\n".join(lines) + "\n"
