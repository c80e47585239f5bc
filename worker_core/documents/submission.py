"""The SGML envelope in which the SEC keeps whole submissions."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from worker_core.documents.dates import first_date
from worker_core.documents.encoding import decode
from worker_core.documents.model import Cover, Extract, Limits, Part
from worker_core.documents.parts import Assembly, ReadPart
from worker_core.documents.plain import MIME, read_text

_DOCUMENT = re.compile(rb"<DOCUMENT>", re.I)
_TEXT = re.compile(rb"<TEXT>", re.I)
_END = re.compile(rb"</TEXT>|</DOCUMENT>", re.I)
_TAG = re.compile(rb"<(TYPE|FILENAME|DESCRIPTION)>([^\r\n<]*)", re.I)
_WRAPPER = re.compile(rb"\A\s*<(?:XBRL|PDF|XML)>", re.I)
_ENCODED = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]*)\r?\n", re.M)
_ENCODED_WITHIN = 400
_SUPPORTING = re.compile(r"EX-(?:13|99)\b", re.I)
"""Exhibits with prose of the company's own: the annual report and press releases."""

_NEVER_MAIN = re.compile(r"EX-|GRAPHIC|COVER|CORRESP|XML|ZIP|EXCEL|JSON", re.I)
_MOST_DOCUMENTS = 5000
_HEADER_FIELD = re.compile(r"^[ \t]*([A-Z][A-Z ]+):[ \t]+(\S.*?)[ \t]*$", re.M)
_HEADER_TAG = re.compile(r"^[ \t]*<([A-Z-]+)>[ \t]*([^\s<][^\r\n<]*)", re.M)


@dataclass(frozen=True, slots=True)
class _Document:
    part: Part
    body: bytes


def read_submission(data: bytes, limits: Limits, read_part: ReadPart) -> Extract:
    """A full submission: its main document, and its press releases and annual report after it."""
    documents = list(_documents(data))
    if not documents:
        return read_text(data, limits)
    first = _DOCUMENT.search(data)
    assembly = Assembly(limits, read_part)
    assembly.cover = _header(decode(data[: first.start() if first else 0]))
    main = ""
    all_supporting = all(_NEVER_MAIN.match(document.part.kind) for document in documents)
    for document in documents:
        kind = document.part.kind
        wanted = _SUPPORTING.match(kind) if main else not _NEVER_MAIN.match(kind)
        if not wanted and not (all_supporting and not main):
            assembly.leave_out(document.part, _NOT_WANTED)
        elif assembly.is_full:
            assembly.leave_out(document.part, "The documents before it hold all that is kept.")
        elif assembly.add(_body(document.body), document.part) and not main:
            main = kind
            assembly.cover = assembly.cover.or_else(Cover(form_type=kind or None))
    if assembly.is_empty and assembly.errors:
        raise assembly.errors[0]
    left_out = sum(1 for part in assembly.parts if part.left_out)
    if left_out:
        assembly.note(
            f"{left_out} of the {len(documents)} documents in this submission were left out: "
            "only the main one, press releases and the annual report are read."
        )
    if len(documents) == _MOST_DOCUMENTS:
        assembly.note(f"Only the first {_MOST_DOCUMENTS:,} documents were looked at.")
    return assembly.extract(assembly.mime or MIME)


_NOT_WANTED = "It is neither the main document, nor a press release, nor the annual report."


def _documents(data: bytes) -> Iterator[_Document]:
    starts = [found.end() for found in islice(_DOCUMENT.finditer(data), _MOST_DOCUMENTS)]
    for start, following in zip(starts, [*starts[1:], len(data)], strict=True):
        text = _TEXT.search(data, start, following)
        if text is None:
            continue
        end = _END.search(data, text.end(), following)
        fields = {
            name.decode("ascii").upper(): decode(value).strip()[:200]
            for name, value in _TAG.findall(data[start : text.start()])
        }
        if "TYPE" in fields:
            part = Part(fields["TYPE"], fields.get("FILENAME", ""), fields.get("DESCRIPTION", ""))
            yield _Document(part, data[text.end() : end.start() if end else following])


def _body(body: bytes) -> bytes:
    body = _WRAPPER.sub(b"", body)
    encoded = _ENCODED.search(body[:_ENCODED_WITHIN])
    return uudecoded(body[encoded.end() :]) if encoded else body


def uudecoded(data: bytes) -> bytes:
    """What was encoded, up to the first line that is not; encoders differ in what they pad."""
    decoded = bytearray()
    for line in data.splitlines():
        if line in {b"", b"`", b" ", b"end"}:
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders count the line's end, or leave trailing blanks.
            size = ((line[0] - 32) & 63) * 4 // 3 + 3
            try:
                decoded += binascii.a2b_uu(line[: size // 4 * 4 + 1])
            except binascii.Error:
                break
    return bytes(decoded)


def _header(header: str) -> Cover:
    fields: dict[str, str] = {}
    for name, value in _HEADER_FIELD.findall(header):
        fields.setdefault(name, value)
    for name, value in _HEADER_TAG.findall(header):
        fields.setdefault(name, value.strip())
    return Cover(
        form_type=(
            fields.get("CONFORMED SUBMISSION TYPE") or fields.get("FORM TYPE") or fields.get("TYPE")
        ),
        company=fields.get("COMPANY CONFORMED NAME") or fields.get("CONFORMED-NAME"),
        period=first_date(fields.get("CONFORMED PERIOD OF REPORT") or fields.get("PERIOD", "")),
        filing_date=first_date(fields.get("FILED AS OF DATE") or fields.get("FILING-DATE", "")),
    )
