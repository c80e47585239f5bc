"""The files of a Linux package, as they lie on the user's disk."""

import gzip
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from installer.changes import debian_changelog, newest
from installer.elf import is_program
from installer.kinds import mime_types
from installer.manual import manual
from installer.notices import bill_of_materials, write_licences
from installer.parts import Part

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
PLACE = "usr/lib/afi-desk"


@dataclass(frozen=True, slots=True)
class Product:
    """What is packaged: the checkout, the frozen folder, and what that is made of."""

    root: Path
    frozen: Path
    version: str
    inside: tuple[Part, ...]
    external: tuple[Path, ...]


def lay_out(product: Product, tree: Path) -> list[Part]:
    """Write the files below ``tree``. Returns the parts that bring no text of their licence."""
    if tree.exists():
        shutil.rmtree(tree)
    place = tree / PLACE
    place.parent.mkdir(parents=True)
    shutil.copytree(product.frozen, place, symlinks=True)
    commands = tree / "usr/bin"
    commands.mkdir(parents=True)
    for name in ("afi-desk", "afi"):
        # The program looks at the name by which it was called.
        (commands / name).symlink_to("../lib/afi-desk/afi-desk")
    _desktop(product, tree / "usr/share")
    _manuals(product, tree / "usr/share/man/man1")
    documents = tree / "usr/share/doc/afi-desk"
    documents.mkdir(parents=True)
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(product.root / name, documents / name)
    shutil.copyfile(product.root / "packaging/linux/copyright", documents / "copyright")
    _write_gz(documents / "changelog.gz", debian_changelog(product.root))
    without = write_licences(documents / "licences", product.inside)
    bill = bill_of_materials(product.version, product.inside)
    (documents / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", "utf-8")
    _modes(tree)
    return without


def _desktop(product: Product, share: Path) -> None:
    source = product.root / "packaging/linux"
    for name, folder in (
        ("afi-desk.desktop", "applications"),
        ("org.afi_desk.AfiDesk.metainfo.xml", "metainfo"),
    ):
        target = share / folder
        target.mkdir(parents=True)
        text = (source / name).read_text("utf-8").replace("@VERSION@", product.version)
        day = newest(product.root)[1].isoformat()
        text = text.replace("@MIME_TYPES@", mime_types()).replace("@DATE@", day)
        (target / name).write_text(text, "utf-8")
    icons = product.root / "resources/icons/app"
    for size in SIZES:
        _icon(icons / f"afi-desk-{size}.png", share / f"icons/hicolor/{size}x{size}/apps")
    _icon(icons / "afi-desk.svg", share / "icons/hicolor/scalable/apps")


def _icon(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copyfile(source, folder / f"afi-desk{source.suffix}")


def _manuals(product: Product, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, text in manual(product.version).items():
        _write_gz(folder / f"{name}.1.gz", text)


def _write_gz(file: Path, text: str) -> None:
    # Without the time, so that the same version packs to the same bytes.
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def _modes(tree: Path) -> None:
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        if path.is_dir():
            path.chmod(0o755)
        else:
            runs = path.stat().st_mode & 0o100 and PLACE in str(path) and _is_started(path)
            path.chmod(0o755 if runs else 0o644)


def _is_started(path: Path) -> bool:
    """Wheels mark libraries too, and licences."""
    with path.open("rb") as file:
        return file.read(2) == b"#!" or is_program(path)
