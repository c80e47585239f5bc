"""Documents: their text, the facts and items in it, its sentences and a summary.

Importing this loads no parsing library: those are loaded in the process that reads.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from worker_core.documents.files import ReadFile, read_files
from worker_core.documents.guard import Runner, guarded_parse
from worker_core.documents.model import (
    MIB,
    PARSER_VERSION,
    SUMMARY_VERSION,
    Fact,
    Limits,
    ParsedDocument,
    Part,
    Section,
    Sentence,
    SummarySentence,
    Table,
    summary_version,
)
from worker_core.documents.problems import DocumentError, display_name
from worker_core.documents.runners import lasting
from worker_core.documents.sentences import is_prose, is_short_statement, split_sentences
from worker_core.documents.summary import summarize

if TYPE_CHECKING:
    from worker_core.settings.documents import DocumentSettings

__all__ = [
    "PARSER_VERSION",
    "SUMMARY_VERSION",
    "DocumentError",
    "Fact",
    "Limits",
    "ParsedDocument",
    "Part",
    "ReadFile",
    "Runner",
    "Section",
    "Sentence",
    "SummarySentence",
    "Table",
    "close",
    "display_name",
    "is_prose",
    "is_short_statement",
    "limits_of",
    "parse",
    "parse_each",
    "split_sentences",
    "summarize",
    "summary_version",
]


def parse(
    path: Path,
    filename: str,
    limits: Limits,
    *,
    table_pages: Iterable[int] = (),
    runner: Runner | None = None,
) -> ParsedDocument:
    """Read a document in a process of its own, within ``limits``.

    Safe to call from any thread and from daemonic worker processes. What is in the file decides
    how it is read; ``filename`` is the name that people know it by. ``table_pages``: pages of a
    PDF, counted from 1, whose tables are wanted.

    Raises:
        DocumentError: the document cannot be read, and why.
    """
    return guarded_parse(path, filename, limits, runner or _runner(), tuple(table_pages))


def parse_each(
    paths: Iterable[Path], limits: Limits, *, runner: Runner | None = None
) -> Iterator[ReadFile]:
    """Read files one after the other, as ``parse`` does, and of an archive each document by
    itself. One that cannot be read is told as such, and keeps no other from being read."""
    return read_files(paths, limits, runner or _runner())


def limits_of(settings: "DocumentSettings") -> Limits:
    """What the settings allow one document to cost."""
    return Limits(
        max_bytes=settings.max_document_mb * MIB,
        max_pages=settings.max_document_pages,
        max_characters=settings.max_document_characters,
        max_sentences=settings.max_sentences,
        max_facts=settings.max_facts,
        wall_seconds=settings.parse_timeout_s,
        memory_mb=settings.parse_memory_mb,
    )


def close() -> None:
    """End the reading processes that wait for the next document; ``parse`` starts new ones."""
    _runner().close()


@cache
def _runner() -> Runner:
    return lasting()
