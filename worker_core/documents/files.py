"""Files read one after the other, each document in an archive by itself."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker_core.documents.archives import DAMAGED, ENCRYPTED_FLAG, MAX_ENTRY, inspect
from worker_core.documents.bundle import MAX_MEMBERS, is_litter
from worker_core.documents.formats import HEAD_BYTES, recognise
from worker_core.documents.guard import Runner, guarded_parse
from worker_core.documents.model import MIB, Limits, ParsedDocument
from worker_core.documents.problems import DocumentError, display_name, problem


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file, or a document in an archive, and what was read of it: one of the two.

    Attributes:
        file: as it was given; a member of an archive below the archive's name.
    """

    file: str
    document: ParsedDocument | None = None
    error: DocumentError | None = None


def read_files(paths: Iterable[Path], limits: Limits, runner: Runner) -> Iterator[ReadFile]:
    """Read each file in a guarded process. One that cannot be read keeps no other from it."""
    for path in paths:
        if _is_bundle(path, limits):
            yield from _members(path, limits, runner)
        else:
            yield _read(path, path.name, _told(path), limits, runner)


def _read(path: Path, name: str, shown: str, limits: Limits, runner: Runner) -> ReadFile:
    try:
        return ReadFile(shown, guarded_parse(path, name, limits, runner))
    except DocumentError as error:
        return ReadFile(shown, error=error)


def _is_bundle(path: Path, limits: Limits) -> bool:
    """Whether it is an archive of documents. What is wrong with it is told by reading it."""
    try:
        if not path.is_file() or path.stat().st_size > limits.max_bytes:
            return False
        with path.open("rb") as file:
            if recognise(file.read(HEAD_BYTES), path.name) != "zip":
                return False
            return inspect(file, path.name) == "bundle"
    except (OSError, DocumentError):
        return False


def _members(path: Path, limits: Limits, runner: Runner) -> Iterator[ReadFile]:
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="afi-") as folder:
            entries = [
                entry
                for entry in archive.infolist()
                if not entry.is_dir() and not is_litter(entry.filename)
            ]
            if not entries:
                nothing = problem("nothing_readable", path.name, count=0, why="it is empty.")
                yield ReadFile(_told(path), error=nothing)
            for number, entry in enumerate(entries):
                shown = f"{_told(path)}/{_shown(entry.filename)}"
                name = display_name(entry.filename.replace("\\", "/").rpartition("/")[2])
                if number >= MAX_MEMBERS:
                    why = f"only the first {MAX_MEMBERS} documents of an archive are read"
                    yield ReadFile(shown, error=problem("left_out", name, why=why))
                    continue
                copy = Path(folder) / "member"
                try:
                    _unpack(archive, entry, copy, name, limits)
                except DocumentError as error:
                    yield ReadFile(shown, error=error)
                else:
                    yield _read(copy, name, shown, limits, runner)
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or "its contents changed while it was read"
        unreadable = problem("unreadable", path.name, why=why, detail=str(error))
        yield ReadFile(_told(path), error=unreadable)


def _unpack(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, copy: Path, name: str, limits: Limits
) -> None:
    """Copy a member out, under a name of ours.

    Raises:
        DocumentError: it cannot be unpacked.
    """
    if entry.flag_bits & ENCRYPTED_FLAG:
        raise problem("encrypted", name)
    largest = min(MAX_ENTRY, limits.max_bytes)
    if entry.file_size > largest:
        raise problem("bomb", name, why=f"it unpacks to more than {largest // MIB:,} MB")
    try:
        with archive.open(entry) as packed, copy.open("wb") as file:
            shutil.copyfileobj(packed, file, MIB)
    except (*DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk
        why = "it is packed in a way that is not read"
        raise problem("damaged", name, why=why, detail=str(error)) from error


def _told(path: Path) -> str:
    """The path as text. Names on disk need not be any."""
    return os.fsencode(path).decode("utf-8", "replace")


def _shown(name: str) -> str:
    """Its place in the archive. Nothing is written there, but somebody may take it for a path."""
    parts = name.replace("\\", "/").split("/")
    parts = [display_name(part) for part in parts if part not in {"", ".", ".."}]
    return "/".join(parts) or display_name(name)
