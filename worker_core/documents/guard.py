"""Parsing in another process, so that no document can harm or hold up the caller."""

import os
import stat
from pathlib import Path
from typing import Protocol

from worker_core.documents.model import Limits, ParsedDocument
from worker_core.documents.problems import human_size, problem
from worker_core.documents.wire import Outcome, Request


class Runner(Protocol):
    """A way of reading a document outside this process."""

    def run(self, request: Request) -> Outcome:
        """Read the document. What ends the reading process becomes a failure in the outcome."""

    def close(self) -> None:
        """End every process that was started. The runner can be used again."""


def guarded_parse(
    path: Path,
    filename: str,
    limits: Limits,
    runner: Runner,
    table_pages: tuple[int, ...] = (),
) -> ParsedDocument:
    """Parse with ``runner``, once the file is found fit to be opened at all.

    Raises:
        DocumentError: the document cannot be read.
    """
    # A name from a foreign file system need not be text that can be sent or shown.
    filename = filename.encode("utf-8", "replace").decode("utf-8")
    _refuse_unopenable(path, filename, limits)
    outcome = runner.run(Request(os.fsencode(path), filename, limits, table_pages))
    if outcome.failure is not None:
        raise outcome.failure.error()
    if outcome.document is None:
        raise problem("crashed", filename, detail="the reader gave no answer")
    return outcome.document


def _refuse_unopenable(path: Path, filename: str, limits: Limits) -> None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise problem("vanished", filename) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name cannot be used"
        raise problem("unreadable", filename, why=why, detail=str(error)) from error
    if stat.S_ISDIR(found.st_mode):
        raise problem("folder", filename)
    if not stat.S_ISREG(found.st_mode):
        what, advice = "a device or a pipe", "Save its content to a file and drop that."
        raise problem("unsupported", filename, what=what, advice=advice)
    if found.st_size == 0:
        raise problem("empty", filename)
    if found.st_size > limits.max_bytes:
        size, limit = human_size(found.st_size), human_size(limits.max_bytes)
        raise problem("too_large", filename, size=size, limit=limit)
