"""The messages between a process that wants a document read and the one that reads it.

A message is its length in four bytes, then JSON: nothing in it can make the other side run code.
"""

import struct
from typing import Self

import msgspec

from worker_core.documents.model import Limits, ParsedDocument
from worker_core.documents.problems import DocumentError

LENGTH = struct.Struct(">I")
ACCEPTED = b"\x06"
"""Sent before a document is touched: until then a lost host is no fault of the document."""


NOTHING = msgspec.Raw(b"null")


class Request(msgspec.Struct, frozen=True):
    """A document to read. The path is bytes: a name need not be valid text.

    Attributes:
        reader: the module that reads it, for what is no document: its ``read(path, filename,
            limits)`` answers what can be sent as JSON, and its ``preload()`` loads what that takes.
    """

    path: bytes
    filename: str
    limits: Limits
    table_pages: tuple[int, ...] = ()
    reader: str = ""


class Failure(msgspec.Struct, frozen=True):
    """A ``DocumentError`` on its way between processes."""

    code: str
    message: str
    remedy: str
    detail: str

    @classmethod
    def of(cls, error: DocumentError) -> Self:
        """The failure that stands for ``error``."""
        return cls(error.code, error.message, error.remedy, error.detail)

    def error(self) -> DocumentError:
        """The error that this stands for."""
        return DocumentError(self.code, self.message, self.remedy, self.detail)


class Outcome(msgspec.Struct, frozen=True):
    """What reading gave: a document, a failure, or what a ``Request.reader`` answered."""

    document: ParsedDocument | None = None
    failure: Failure | None = None
    answer: msgspec.Raw = NOTHING


class Ending(msgspec.Struct, frozen=True):
    """How the child of a host ended; ``size`` bytes of its ``Outcome`` follow.

    Attributes:
        signal: that ended it; 0 for none.
        peak_mb: the most physical memory it had.
        stopped_for: ``time`` or ``memory`` if the host ended it; empty otherwise.
    """

    signal: int
    peak_mb: int
    stopped_for: str
    size: int
