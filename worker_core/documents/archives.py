"""Zip containers: what is in one, and whether it may be unpacked."""

import zipfile
import zlib
from typing import BinaryIO

from worker_core.documents.formats import Kind, foreign
from worker_core.documents.model import MIB
from worker_core.documents.problems import problem

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it unpacks none of these
    LZMAError = zipfile.BadZipFile  # type: ignore[assignment, misc]  # another error in its place

MAX_ENTRIES = 5000
MAX_UNPACKED = 512 * MIB
MAX_ENTRY = 256 * MIB
MAX_RATIO = 200
_RATIO_MATTERS_FROM = 16 * MIB
ENCRYPTED_FLAG = 0x1

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    NotImplementedError,
    EOFError,
    ValueError,
)
"""What unpacking a damaged member raises, and an OSError without a number (bzip2). Each way of
packing fails in its own way."""

_READ_OFFICE: dict[str, Kind] = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}

_OFFICE = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
}


def inspect(file: BinaryIO, filename: str) -> Kind:
    """The kind of document in a zip container, once its declared sizes are found harmless.

    Reading a member stops at its declared size, so a container that lies about its sizes gains
    nothing by it.

    Raises:
        DocumentError: ``bomb``, ``encrypted``, ``truncated``, ``unsupported``, ``wrong_type``.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError) as error:
        why = "the list of its contents, which a complete file has at its end, is missing"
        raise problem("truncated", filename, why=why, detail=str(error)) from error
    _refuse_bomb(entries, filename)
    names = {entry.filename for entry in entries}
    for member, kind in _READ_OFFICE.items():
        if member in names:
            if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
                raise problem("encrypted", filename)
            return kind
    for member, what in _OFFICE.items():
        if member in names:
            advice = "Save the part you need as PDF, HTML or plain text and drop that."
            raise foreign(filename, what, advice)
    return "bundle"


def _refuse_bomb(entries: list[zipfile.ZipInfo], filename: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise problem("bomb", filename, why=f"it lists {len(entries):,} files")
    unpacked = sum(entry.file_size for entry in entries)
    largest = max((entry.file_size for entry in entries), default=0)
    if unpacked > MAX_UNPACKED or largest > MAX_ENTRY:
        raise problem("bomb", filename, why=f"it unpacks to {unpacked // MIB:,} MB")
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * max(packed, 1):
        ratio = unpacked // max(packed, 1)
        raise problem("bomb", filename, why=f"it is packed {ratio:,} times smaller than it is")
