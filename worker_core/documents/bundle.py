"""Zip archives of documents."""

import io
import re
import zipfile
from pathlib import PurePosixPath

from worker_core.documents.archives import DAMAGED, ENCRYPTED_FLAG, MAX_ENTRY
from worker_core.documents.model import MIB, Extract, Limits, Part
from worker_core.documents.parts import Assembly, ReadPart
from worker_core.documents.problems import display_name, problem

MIME = "application/zip"

MAX_MEMBERS = 100
"""Documents that are read of one archive."""

_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)", re.I)


def read_bundle(data: bytes, filename: str, limits: Limits, read_part: ReadPart) -> Extract:
    """The documents in an archive whose stated sizes were found harmless, one after the other.

    Nothing is written to disk, so a member's name is only a name, wherever it points.

    Raises:
        DocumentError: ``encrypted``, ``nothing_readable``, or the one document's own.
    """
    assembly = Assembly(limits, read_part)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [
            entry
            for entry in archive.infolist()
            if not entry.is_dir() and not is_litter(entry.filename)
        ]
        if members and all(entry.flag_bits & ENCRYPTED_FLAG for entry in members):
            raise problem("encrypted", filename)
        for entry in members:
            _add(archive, entry, assembly, limits)
    left_out = [part for part in assembly.parts if part.left_out]
    if assembly.is_empty:
        if len(members) == 1 and assembly.errors:
            raise assembly.errors[0]
        why = left_out[0].left_out if left_out else "it is empty."
        raise problem("nothing_readable", filename, count=len(members), why=why)
    if left_out:
        assembly.note(
            f"{len(left_out)} of the {len(members)} files in this archive were left out. "
            f"The first of them: {left_out[0].name}. {left_out[0].left_out}"
        )
    assembly.leave_out_foreign_facts()
    return assembly.extract(MIME)


def is_litter(name: str) -> bool:
    """Whether a member is what systems leave in archives, and no document."""
    return _LITTER.search(name) is not None


def _add(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, assembly: Assembly, limits: Limits
) -> None:
    name = display_name(PurePosixPath(entry.filename.replace("\\", "/")).name)
    part = Part(PurePosixPath(name).suffix.removeprefix(".").upper(), name)
    read = sum(not part.left_out for part in assembly.parts)
    largest = min(MAX_ENTRY, limits.max_bytes)
    why = ""
    if entry.flag_bits & ENCRYPTED_FLAG:
        why = "It is protected by a password."
    elif entry.file_size == 0:
        why = "It is empty."
    elif entry.file_size > largest:
        why = f"It unpacks to more than {largest // MIB:,} MB."
    elif read >= MAX_MEMBERS:
        why = f"Only the first {MAX_MEMBERS} documents of an archive are read."
    elif assembly.is_full:
        why = "The documents before it hold all the text that is kept of one file."
    if why:
        assembly.leave_out(part, why)
        return
    try:
        content = archive.read(entry)
    except (*DAMAGED, OSError):
        assembly.leave_out(part, "It is damaged, or packed in a way that is not read.")
        return
    assembly.add(content, part, heading=name)
