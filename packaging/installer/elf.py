"""What stands in the headers of 64-bit ELF files, which Linux's programs and libraries are."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAGIC: Final = b"\x7fELF"
_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_NULL, _STRINGS, _RPATH, _RUNPATH = 0, 5, 15, 29
_PAGE = 0x1000
_ENTRY = 16


@dataclass(frozen=True, slots=True)
class Segment:
    """``offset`` and ``size`` in the file, ``address`` in memory, all in bytes."""

    kind: int
    offset: int
    address: int
    size: int
    align: int


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def is_program(path: Path) -> bool:
    """Whether it is one that can be started, and no library."""
    if not is_elf(path):
        return False
    return any(one.kind == _INTERPRETER for one in segments(path.read_bytes()))


def segments(data: bytes | bytearray) -> list[Segment]:
    """Of the program headers; empty for what is no 64-bit file of this byte order."""
    if data[:5] != MAGIC + b"\x02" or data[5] != 1:
        return []
    (table,) = struct.unpack_from("<Q", data, 32)
    width, count = struct.unpack_from("<HH", data, 54)
    found = []
    for number in range(count):
        kind, _flags, offset, address, _physical, size, _memory, align = struct.unpack_from(
            "<IIQQQQQQ", data, table + number * width
        )
        found.append(Segment(kind, offset, address, size, align))
    return found


def loadable(library: Path) -> bool:
    """Whether its segments can be mapped: offset and address must agree within a page."""
    found = segments(library.read_bytes())
    loads = [one for one in found if one.kind == _LOAD]
    return bool(found) and not any(
        (one.offset - one.address) % max(one.align, _PAGE) for one in loads
    )


def folders_of_the_build(data: bytes | bytearray) -> list[str]:
    """Where else it looks for libraries, of the folders of the computer that built it."""
    return [folder for _, _, folders in _searched(data) for folder in folders]


def forget_build_folders(library: Path) -> list[str]:
    """Take those folders out of it; returns them. On a user's computer somebody else may own a
    folder of that name."""
    data = bytearray(library.read_bytes())
    forgotten = folders_of_the_build(data)
    for place, end, _ in reversed(_searched(data)):
        # What follows moves up; the last entry is none, and stands there once more.
        data[place : end - _ENTRY] = data[place + _ENTRY : end]
    if forgotten:
        library.write_bytes(data)
    return forgotten


def _searched(data: bytes | bytearray) -> list[tuple[int, int, list[str]]]:
    """The entries that name nothing but whole paths: where each stands, where the last one ends."""
    found = segments(data)
    searched = []
    for segment in (one for one in found if one.kind == _DYNAMIC):
        entries = list(_entries(data, segment))
        strings = next((value for _, tag, value in entries if tag == _STRINGS), 0)
        for place, tag, value in entries:
            if tag in (_RPATH, _RUNPATH):
                begin = _offset(found, strings) + value
                end = data.index(0, begin)
                folders = data[begin:end].decode("utf-8", "replace").split(":")
                # Others are told from where the library lies, by $ORIGIN.
                if all(folder.startswith("/") for folder in folders):
                    searched.append((place, segment.offset + segment.size, folders))
    return searched


def _entries(data: bytes | bytearray, segment: Segment) -> Iterator[tuple[int, int, int]]:
    """Where each entry of a dynamic segment stands, its tag and its value."""
    for place in range(segment.offset, segment.offset + segment.size, _ENTRY):
        tag, value = struct.unpack_from("<QQ", data, place)
        if tag == _NULL:
            return
        yield place, tag, value


def _offset(found: list[Segment], address: int) -> int:
    """Where in the file something lies that is to be at ``address`` in memory."""
    for one in found:
        if one.kind == _LOAD and one.address <= address < one.address + one.size:
            return one.offset + address - one.address
    raise ValueError(f"no segment holds the address {address:#x}")
