"""Documents: their text, the facts and items in it, its sentences and a summary.

Importing this loads no parsing library: those are loaded in the process that reads.
"""

import atexit
import os
from functools import cache
from pathlib import Path

from worker_core.documents.guard import Runner, guarded_parse
from worker_core.documents.model import (
    PARSER_VERSION,
    SUMMARY_VERSION,
    Limits,
    ParsedDocument,
    Section,
    Sentence,
    SummarySentence,
)
from worker_core.documents.problems import DocumentError, display_name
from worker_core.documents.runners import FreshInterpreters, Hosts
from worker_core.documents.sentences import is_prose, split_sentences
from worker_core.documents.summary import summarize

__all__ = [
    "PARSER_VERSION",
    "SUMMARY_VERSION",
    "DocumentError",
    "Limits",
    "ParsedDocument",
    "Runner",
    "Section",
    "Sentence",
    "SummarySentence",
    "close",
    "display_name",
    "is_prose",
    "parse",
    "split_sentences",
    "summarize",
]


def parse(
    path: Path, filename: str, limits: Limits, *, runner: Runner | None = None
) -> ParsedDocument:
    """Read a document in a process of its own, within ``limits``.

    Safe to call from any thread and from daemonic worker processes. What is in the file decides
    how it is read; ``filename`` is the name that people know it by.

    Raises:
        DocumentError: the document cannot be read, and why.
    """
    return guarded_parse(path, filename, limits, runner or _runner())


def close() -> None:
    """End the reading processes that wait for the next document; ``parse`` starts new ones."""
    _runner().close()


@cache
def _runner() -> Runner:
    runner: Runner = Hosts() if hasattr(os, "fork") else FreshInterpreters()
    atexit.register(runner.close)
    return runner
