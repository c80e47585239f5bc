"""Shared libraries of a frozen program: those that something in it needs, without their symbols."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from installer import elf

Item = tuple[str, str, str]

# What a desktop has anyway, or its package manager brings: the screen's own libraries must fit the
# screen's server, and the bus's the bus. The packages that hold them are declared.
EXTERNAL = (
    "libX11", "libxcb", "libxkbcommon", "libdbus-1.", "libfontconfig.", "libfreetype.",
    "libglib-2.0.", "libgssapi_krb5.", "libwayland-", "libz.",
)  # fmt: skip
# The program that starts Python loads it by name.
_KEPT = ("libpython",)
_STUB = """
#include <stdint.h>
struct header {
    uint16_t size; uint8_t magic[2]; uint16_t info, reserved;
    uint8_t flags[4], format[4], version[4], data[4], padding[8];
    uint32_t count, end; uint8_t rest[16];
};
__attribute__((aligned(16), visibility("default")))
const struct header icudt@MAJOR@_dat = {
    32, {0xda, 0x27}, 20, 0, {0, 0, 2, 0}, {'T', 'o', 'C', 'P'}, {1}, {0}, {0}, 0, 0, {0}
};
"""


def needed(binaries: Iterable[Item]) -> list[Item]:
    """Leave out system libraries that were there for something that has been left out itself."""
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
        for name in _wants(source):
            if name in beside:
                item = beside.pop(name)
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
            if path.is_symlink() or not path.is_file() or not elf.is_elf(path):
                continue
            command = [strip, "--strip-unneeded", "-o", str(trial), str(path)]
            if subprocess.run(command, check=False, capture_output=True).returncode:
                continue
            less = path.stat().st_size - trial.stat().st_size
            if less > 0 and elf.loadable(trial):
                shutil.copymode(path, trial)
                shutil.copyfile(trial, path)
                saved += less
    return saved


def one_copy(folder: Path) -> int:
    """Let libraries of the same name and content be one file, to which the others are links.

    Wheels of numpy and of SciPy each bring the same run-time library of Fortran. Returns the bytes
    saved.
    """
    saved = 0
    first: dict[tuple[str, bytes], Path] = {}
    for path in sorted(folder.rglob("*.libs/*.so*")):
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        same = first.setdefault((path.name, hashlib.sha256(content).digest()), path)
        if same is not path:
            path.unlink()
            path.symlink_to(os.path.relpath(same, path.parent))
            saved += len(content)
    return saved


def without_build_folders(folder: Path) -> int:
    """Have no library below ``folder`` look for others in folders of this computer alone; how many
    did."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(bool(elf.forget_build_folders(path)) for path in paths if elf.is_elf(path))


def without_icu_data(folder: Path) -> int:
    """Put ICU's own empty data library in the place of the 32 MB that Qt brings; returns the bytes
    saved, 0 where there is no compiler.

    Qt takes locales, time zones and encodings from elsewhere; ICU sorts, for it, by the rules of a
    language, which Qt asks for in its own file dialog alone. Without the data it sorts names by
    their letters' numbers there. The layout is that of ``stubdata.cpp`` in ICU's sources.
    """
    compiler = shutil.which("cc")
    (data,) = folder.glob("libicudata.so.*") if compiler else (None,)
    if compiler is None or data is None:
        return 0
    major = data.name.rpartition(".")[2]
    before = data.stat().st_size
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "stub.c"
        source.write_text(_STUB.replace("@MAJOR@", major), "utf-8")
        options = ["-shared", "-fPIC", "-nostdlib", "-Os", f"-Wl,-soname,{data.name}"]
        data.unlink()
        subprocess.run([compiler, *options, "-o", str(data), str(source)], check=True)
    return before - data.stat().st_size


def _wants(library: str) -> list[str]:
    """The libraries that one names itself; not those that these name in turn."""
    answer = subprocess.run(
        ["objdump", "-p", library], capture_output=True, text=True, errors="replace", check=False
    )
    words = (line.split() for line in answer.stdout.splitlines())
    return [pair[1] for pair in words if len(pair) == 2 and pair[0] == "NEEDED"]


def _of_system(destination: str) -> bool:
    # A module of Python that stands at the top is loaded by its name: no library names it.
    return (
        "/" not in destination
        and ".so" in destination
        and ".cpython-" not in destination
        and ".abi3." not in destination
    )


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
