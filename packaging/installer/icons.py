"""The program's icon as Windows and macOS want it, out of the PNG files that there are."""

import struct
from pathlib import Path

# Types of an icon in a macOS file, by the pixels of a side: ic07 to ic14 take PNG as it is.
_ICNS = ((128, b"ic07"), (256, b"ic08"), (512, b"ic09"), (32, b"ic11"), (64, b"ic12"))
_ICO = (16, 24, 32, 48, 64, 128, 256)


def write(icons: Path, target: Path) -> list[Path]:
    """Write ``afi-desk.ico`` and ``afi-desk.icns`` into ``target``."""
    made = []
    for name, content in (("afi-desk.ico", ico(icons)), ("afi-desk.icns", icns(icons))):
        (target / name).write_bytes(content)
        made.append(target / name)
    return made


def ico(icons: Path) -> bytes:
    """A Windows icon whose pictures are PNG, as Windows has read them since Vista."""
    pictures = [(size, _png(icons, size)) for size in _ICO]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(head) + 16 * len(pictures)
    entries = b""
    for size, picture in pictures:
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return head + entries + b"".join(picture for _, picture in pictures)


def icns(icons: Path) -> bytes:
    """A macOS icon."""
    pictures = [(kind, _png(icons, size)) for size, kind in _ICNS]
    body = b"".join(kind + struct.pack(">I", 8 + len(p)) + p for kind, p in pictures)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def _png(icons: Path, size: int) -> bytes:
    return (icons / f"afi-desk-{size}.png").read_bytes()
