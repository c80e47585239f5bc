"""Bytes to text, for files whose encoding is undeclared, wrong or mixed."""

import codecs
import re

from worker_core.documents.formats import looks_like_utf16

_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})"""
    rb"""|<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""",
    re.I,
)
_DECLARATION_BYTES = 4096
# Python also counts compressions and escapes as codecs, and some of those are slow by design.
_CHARACTER_SETS = (
    "ascii", "big5", "cp", "euc", "gb", "hz", "iso2022", "iso8859", "johab", "koi8", "mac", "shift",
    "tis", "utf-8",
)  # fmt: skip
_ASCII_SUPERSETS = {"ascii", "cp1252", "iso8859-1", "iso8859-15", "utf-8", "utf-8-sig"}


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return raw.decode("cp1252", "replace"), error.end


codecs.register_error("as-windows-1252", _as_windows_1252)


def decode(data: bytes, *, html: bool = False) -> str:
    """``data`` as text; never fails.

    A byte order mark wins. Else UTF-8 with every byte that is not UTF-8 read as Windows-1252,
    which reads UTF-8, Windows-1252, Latin-1 and files pasted together from them. A declaration
    in HTML is believed only for an encoding that this cannot be, such as Shift JIS: filings
    declare Latin-1 and hold UTF-8, and the reverse.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    elif looks_like_utf16(data):
        text = data.decode("utf-16-le" if data[1] == 0 else "utf-16-be", "replace")
    else:
        declared = declared_encoding(data) if html else None
        data = data.removeprefix(codecs.BOM_UTF8)
        if declared is not None and declared not in _ASCII_SUPERSETS:
            text = data.decode(declared, "replace")
        else:
            text = data.decode("utf-8", "as-windows-1252")
    return text.replace("\x00", "")


def declared_encoding(data: bytes) -> str | None:
    """The codec that an HTML or XML file names in its head; ``None`` where unknown."""
    found = _DECLARED.search(data[:_DECLARATION_BYTES])
    if found is None:
        return None
    try:
        name = codecs.lookup((found[1] or found[2]).decode("ascii")).name
    except LookupError:
        return None
    return name if name.startswith(_CHARACTER_SETS) else None
