"""Plain text, and the SGML envelope in which the SEC keeps whole submissions."""

import re

from worker_core.documents.dates import first_date
from worker_core.documents.encoding import decode
from worker_core.documents.formats import HEAD_BYTES, recognise
from worker_core.documents.html import read_html
from worker_core.documents.lines import reflow, tidy
from worker_core.documents.model import Extract, Facts, Limits
from worker_core.documents.problems import DocumentError

MIME = "text/plain"

_DOCUMENT = re.compile(
    rb"<DOCUMENT>\s*<TYPE>([^\r\n<]*)(.*?)<TEXT>(.*?)(?:</TEXT>|</DOCUMENT>|\Z)", re.S | re.I
)
_SUPPORTING = re.compile(r"EX-(?:13|99)\b", re.I)
"""Exhibits with prose of the company's own: the annual report and press releases."""

_HEADER_FIELD = re.compile(r"^[ \t]*([A-Z][A-Z ]+):[ \t]+(\S.*?)[ \t]*$", re.M)
_MARKUP = re.compile(r"</?(?:PAGE|TABLE|CAPTION|S|C|F\d+|FN|R|TITLE|TYPE|PDF|XBRL)>", re.I)


def read_text(data: bytes, limits: Limits) -> Extract:
    """Plain text with its wrapped lines joined into paragraphs."""
    # Four bytes are the most that a character takes, so no more of the file is needed.
    text = decode(data[: 4 * limits.max_characters])
    truncated: tuple[str, ...] = ()
    if len(text) > limits.max_characters or len(data) > 4 * limits.max_characters:
        text = text[: limits.max_characters]
        truncated = (f"Only the first {limits.max_characters:,} characters were kept.",)
    lines = _MARKUP.sub("", text).splitlines()
    return Extract(MIME, tidy("\n".join(reflow(lines))), truncated=truncated)


def read_submission(data: bytes, limits: Limits) -> Extract:
    """A full submission: its main document, and its press releases and annual report after it."""
    documents = _DOCUMENT.findall(data)
    if not documents:
        return read_text(data, limits)
    facts = _header_facts(decode(data[: data.find(b"<DOCUMENT>")]))
    texts: list[str] = []
    truncated: list[str] = []
    mime, left_out, room = MIME, 0, limits.max_characters
    for index, (kind, _, body) in enumerate(documents):
        name = kind.decode("latin-1").strip()
        if room <= 0 or (index and not _SUPPORTING.match(name)):
            left_out += 1
            continue
        part = _read_part(body, limits)
        if part is None:
            left_out += 1
            continue
        if index == 0:
            mime = part.mime
            facts = facts.or_else(part.facts).or_else(Facts(form_type=name))
        texts.append(part.text[:room])
        truncated.extend(line for line in part.truncated if line not in truncated)
        room -= len(part.text) + 1
    if left_out:
        truncated.append(
            f"{left_out} of the {len(documents)} documents in this submission were left out: "
            "only the main one, press releases and the annual report are read."
        )
    return Extract(mime, "\n".join(texts), facts=facts, truncated=tuple(truncated))


def _read_part(body: bytes, limits: Limits) -> Extract | None:
    body = re.sub(rb"\A\s*<(?:XBRL|PDF)>", b"", body)
    try:
        kind = recognise(body[:HEAD_BYTES], "part")
    except DocumentError:
        return None
    if kind == "html":
        return read_html(body, limits)
    return read_text(body, limits) if kind == "text" else None


def _header_facts(header: str) -> Facts:
    fields: dict[str, str] = {}
    for name, value in _HEADER_FIELD.findall(header):
        fields.setdefault(name, value)
    return Facts(
        form_type=fields.get("CONFORMED SUBMISSION TYPE") or fields.get("FORM TYPE"),
        company=fields.get("COMPANY CONFORMED NAME"),
        period=first_date(fields.get("CONFORMED PERIOD OF REPORT", "")),
        filing_date=first_date(fields.get("FILED AS OF DATE", "")),
    )
