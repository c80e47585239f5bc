"""Documents: their text, the facts and items in it, its sentences and a summary.

Importing this loads no parsing library: those are loaded in the process that reads.
"""

import atexit
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from worker_core.documents.guard import Runner, guarded_parse
from worker_core.documents.model import (
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
)
from worker_core.documents.problems import DocumentError, display_name
from worker_core.documents.runners import FreshInterpreters, Hosts
from worker_core.documents.sentences import is_prose, split_sentences
from worker_core.documents.summary import summarize

__all__ = [
    "PARSER_VERSION",
    "SUMMARY_VERSION",
    "DocumentError",
    "Fact",
    "Limits",
    "ParsedDocument",
    "Part",
    "Runner",
    "Section",
    "Sentence",
    "SummarySentence",
    "Table",
    "close",
    "display_name",
    "is_prose",
    "parse",
    "split_sentences",
    "summarize",
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


def close() -> None:
    """End the reading processes that wait for the next document; ``parse`` starts new ones."""
    _runner().close()


@cache
def _runner() -> Runner:
    runner: Runner = Hosts() if hasattr(os, "fork") else FreshInterpreters()
    atexit.register(runner.close)
    return runner
