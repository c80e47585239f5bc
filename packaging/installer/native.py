"""Shared libraries of a frozen program: those that something in it needs, without their symbols."""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

Item = tuple[str, str, str]

# What a desktop has anyway, or its package manager brings: the screen's own libraries must fit the
# screen's server, and the bus's the bus. The packages that hold them are declared.
EXTERNAL = (
    "libX11", "libxcb", "libxkbcommon", "libdbus-1.", "libfontconfig.", "libfreetype.",
    "libglib-2.0.", "libgssapi_krb5.", "libwayland-", "libz.",
)  # fmt: skip
# The program that starts Python loads it by name.
_KEPT = ("libpython",)
_ELF, _LOAD, _PAGE = b"\x7fELF", 1, 0x1000


def needed(binaries: Iterable[Item]) -> list[Item]:
    """Leave out system libraries that were there for something that has been left out itself."""
    from PyInstaller.depend.bindepend import get_imports

    items = [item for item in binaries if not external(item)]
    beside = {item[0]: item for item in items if _of_system(item[0])}
    kept = [item for item in items if item[0] not in beside or item[0].startswith(_KEPT)]
    waiting = list(kept)
    for item in kept:
        if item[0] in beside:
            del beside[item[0]]
    while waiting:
        _, source, kind = waiting.pop()
        if kind == "SYMLINK":
            continue
        for name, _ in get_imports(source):
            base = PurePosixPath(name).name
            if base in beside:
                item = beside.pop(base)
                kept.append(item)
                waiting.append(item)
    # A link whose target was left out leads nowhere.
    names = {destination for destination, _, _ in kept}
    return [item for item in kept if item[2] != "SYMLINK" or _target(item) in names]


def external(item: Item) -> bool:
    """Whether a library is left to the system."""
    return _of_system(item[0]) and item[0].startswith(EXTERNAL) and item[2] != "SYMLINK"


def strip_all(folder: Path) -> int:
    """Remove symbols and line tables from the libraries below ``folder``; returns the bytes saved.

    A library whose segments would no longer lie on pages, as with those that ``patchelf`` has
    rewritten, could not be loaded any more: it stays as it was.
    """
    strip = shutil.which("strip")
    if strip is None:
        return 0
    saved = 0
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place) / "trial"
        for path in sorted(folder.rglob("*.so*")):
            if path.is_symlink() or not path.is_file() or not _is_elf(path):
                continue
            command = [strip, "--strip-unneeded", "-o", str(trial), str(path)]
            if subprocess.run(command, check=False, capture_output=True).returncode:
                continue
            less = path.stat().st_size - trial.stat().st_size
            if less > 0 and loadable(trial):
                shutil.copymode(path, trial)
                shutil.copyfile(trial, path)
                saved += less
    return saved


def loadable(library: Path) -> bool:
    """Whether the segments of a 64-bit ELF file can be mapped: offset and address must agree within
    a page."""
    data = library.read_bytes()
    if data[:5] != _ELF + b"\x02" or data[5] != 1:
        return False
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for number in range(count):
        kind, _flags, offset, address = struct.unpack_from("<IIQQ", data, table + number * size)
        (align,) = struct.unpack_from("<Q", data, table + number * size + 48)
        if kind == _LOAD and (offset - address) % max(align, _PAGE):
            return False
    return True


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ELF)) == _ELF


def _of_system(destination: str) -> bool:
    return "/" not in destination and ".so" in destination


def _target(item: Item) -> str:
    # PyInstaller gives a link's target relative to the link.
    folder = PurePosixPath(item[0]).parent
    parts: list[str] = []
    for part in (folder / item[1]).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return str(PurePosixPath(*parts))
