"""What a file is, told from its content. Its name is only used to say that it misleads."""

import re
from pathlib import PurePath
from typing import Literal

from worker_core.documents.problems import display_name, problem

Kind = Literal[
    "bundle", "csv", "docx", "html", "json", "ole", "pdf", "submission", "text", "xls", "xlsx",
    "zip",
]  # fmt: skip

HEAD_BYTES = 8192
"""How much of a file's beginning ``recognise`` wants."""

_PICTURE = (
    "A picture holds no text. Drop the original document, or run text recognition (OCR) first."
)
_ARCHIVE = "Unpack it and drop the files that are in it."
_EXPORT = "Export it as PDF, HTML or plain text and drop that."
_READ = (
    "HTML, PDF, Word (.docx), Excel (.xlsx, .xls), CSV and plain text files are read, "
    "companyfacts (JSON) of the SEC, and zip archives of these."
)

_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image", _PICTURE),
    (0, b"\xff\xd8\xff", "a JPEG image", _PICTURE),
    (0, b"GIF87a", "a GIF image", _PICTURE),
    (0, b"GIF89a", "a GIF image", _PICTURE),
    (0, b"II*\x00", "a TIFF image", _PICTURE),
    (0, b"MM\x00*", "a TIFF image", _PICTURE),
    (8, b"WEBP", "a WebP image", _PICTURE),
    (4, b"ftyphei", "a HEIC image", _PICTURE),
    (4, b"ftypavif", "an AVIF image", _PICTURE),
    (4, b"ftyp", "a video", _READ),
    (8, b"WAVE", "a sound recording", _READ),
    (0, b"ID3", "a sound recording", _READ),
    (0, b"\x1f\x8b", "a gzip archive", _ARCHIVE),
    (0, b"BZh", "a bzip2 archive", _ARCHIVE),
    (0, b"\xfd7zXZ\x00", "an xz archive", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _ARCHIVE),
    (0, b"Rar!", "a RAR archive", _ARCHIVE),
    (257, b"ustar", "a tar archive", _ARCHIVE),
    (0, b"{\\rtf", "a rich text (RTF) file", _EXPORT),
    (0, b"%!PS", "a PostScript file", _EXPORT),
    (0, b"\x7fELF", "a program", _READ),
    (0, b"MZ\x90", "a program", _READ),
    (0, b"PAR1", "a Parquet table", _READ),
    (0, b"SQLite format 3\x00", "a database", _READ),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_WORKBOOKS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))
_OLE_OTHERS = {
    "WordDocument": "an old Word document (.doc)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
    "__substg1.0_": "an Outlook message (.msg)",
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UTF16_BOM = (b"\xff\xfe", b"\xfe\xff")
_SUBMISSION = re.compile(
    rb"\s*(?:-----BEGIN PRIVACY-ENHANCED MESSAGE|<(?:SEC|IMS)-(?:DOCUMENT|HEADER)>|<SUBMISSION>"
    rb"|<DOCUMENT>\s*<TYPE>)"
)
_HTML_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(rb"<(?:html|body|div|p|font|span|td|br|h[1-6])\b[^<>]*>", re.I)
_XML_START = re.compile(rb"\s*<\?xml\b")
_JSON_START = re.compile(rb'\s*[\[{]\s*["\[{\d]')
_MIME_START = re.compile(rb"(?:MIME-Version|From|Return-Path|Received): ", re.I)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"

_EXTENSIONS = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".htm": "HTML",
    ".html": "HTML",
    ".xhtml": "HTML",
    ".txt": "plain text",
    ".text": "plain text",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".xls": "Excel",
    ".xlsx": "Excel",
    ".json": "JSON",
    ".zip": "zip",
}
_TABULAR = {".csv", ".tsv", ".tab", ".xls", ".xlsx"}
"""Exporters give text in columns the name of a workbook, so that a double click opens it."""


def recognise(head: bytes, filename: str) -> Kind:
    """The kind of file that begins with ``head``.

    Raises:
        DocumentError: ``unsupported``, ``encrypted``, or ``wrong_type`` where the name promises
            a readable kind and the content is another.
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    _refuse_foreign(head, filename)
    if head.startswith(_UTF16_BOM) or looks_like_utf16(head):
        head = head[: len(head) & ~1].replace(b"\x00", b"")
    else:
        # A few stray zero bytes are an exporter's fault; the text around them can be read.
        stray = 1 - len(head.translate(None, _CONTROL)) / max(len(head), 1)
        if stray > (0.3 if _HTML_START.match(head) else 0.03):
            raise foreign(filename, "not a document but data for a program", _READ)
    head = head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf")
    if _SUBMISSION.match(head):
        return "submission"
    return _textual(head, filename)


def foreign(filename: str, what: str, advice: str) -> Exception:
    """The refusal of a file that is ``what``, in words that fit what its name promises."""
    if _suffix(filename) in _EXTENSIONS:
        return problem("wrong_type", filename, what=what, advice=advice)
    return problem("unsupported", filename, what=what, advice=advice)


def looks_like_utf16(head: bytes) -> bool:
    """Whether every second byte is zero, as in English text in UTF-16 without its mark."""
    sample = head[: min(len(head), 512) & ~1]
    if len(sample) < 4:
        return False
    half = len(sample) // 2
    return max(sample[0::2].count(0), sample[1::2].count(0)) > 0.7 * half and (
        min(sample[0::2].count(0), sample[1::2].count(0)) < 0.1 * half
    )


def _suffix(filename: str) -> str:
    """The ending of a name, without the marks that may be hidden in it."""
    return PurePath(display_name(filename)).suffix.lower()


def _refuse_foreign(head: bytes, filename: str) -> None:
    for offset, magic, what, advice in _MAGIC:
        if head.startswith(magic, offset):
            raise foreign(filename, what, advice)
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        raise foreign(filename, "a BMP image", _PICTURE)


def inspect_ole(data: bytes, filename: str) -> Kind:
    """The kind of document in the container of Office programs before 2007.

    Raises:
        DocumentError: ``encrypted``, ``unsupported``, ``wrong_type``.
    """
    if _OLE_ENCRYPTED in data:
        raise problem("encrypted", filename)
    if any(name in data for name in _OLE_WORKBOOKS):
        return "xls"
    for name, what in _OLE_OTHERS.items():
        if name.encode("utf-16-le") in data:
            raise foreign(filename, what, "Save it as .docx or PDF and drop that.")
    what = "a file of an older Office program (.doc, .ppt or .msg)"
    raise foreign(filename, what, "Save it as .docx or PDF and drop that.")


def _textual(head: bytes, filename: str) -> Kind:
    named_html = _suffix(filename) in {".htm", ".html", ".xhtml"}
    tags = len(_HTML_TAG.findall(head))
    if _HTML_START.match(head) or tags >= (1 if named_html else 3):
        return "html"
    if _XML_START.match(head):
        if re.search(rb"<(?:\w+:)?html\b", head, re.I):
            return "html"
        raise foreign(filename, "an XML data file", _READ)
    if _JSON_START.match(head):
        return "json"
    if _MIME_START.match(head):
        raise foreign(filename, "a saved e-mail or web archive", _EXPORT)
    return "csv" if _suffix(filename) in _TABULAR else "text"
