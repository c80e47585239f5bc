"""Word documents (.docx): paragraphs and tables in the order of the page."""

import io

import docx
from docx.oxml.ns import qn
from lxml import etree

from worker_core.documents.lines import join_row, tidy
from worker_core.documents.model import Extract, Limits
from worker_core.documents.problems import problem

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_PARAGRAPH, _ROW, _CELL = qn("w:p"), qn("w:tr"), qn("w:tc")
_TEXT = qn("w:t")
_WRITTEN = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
# What was struck out, field codes, and the second form of a drawing kept for old programs.
_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:instrText"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_PROPERTIES = {qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:sectPr")}


def read_docx(data: bytes, filename: str, limits: Limits) -> Extract:
    """The text of a Word document whose zip container was found harmless.

    Raises:
        DocumentError: ``damaged``.
    """
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except MemoryError:
        raise
    except Exception as error:  # every layer of the format fails in its own way
        why = "the parts of the Word document do not fit together"
        raise problem("damaged", filename, why=why, detail=repr(error)) from error
    lines = _lines(body)
    text = tidy("\n".join(lines))
    truncated: tuple[str, ...] = ()
    if len(text) > limits.max_characters:
        text = text[: limits.max_characters]
        truncated = (f"Only the first {limits.max_characters:,} characters were kept.",)
    return Extract(MIME, text, truncated=truncated)


def _lines(body: etree._Element) -> list[str]:
    lines: list[str] = []
    open_rows: list[tuple[list[str], list[list[str]]]] = []
    parts: list[list[str]] = [[]]
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _SKIPPED or tag in _PROPERTIES:
                walk.skip_subtree()
            elif tag == _TEXT:
                parts[-1].append(element.text or "")
            elif tag in _WRITTEN:
                parts[-1].append(_WRITTEN[tag])
            elif tag == _PARAGRAPH:
                parts.append([])
            elif tag == _ROW:
                open_rows.append((lines, []))
            elif tag == _CELL and open_rows:
                lines = []
                open_rows[-1][1].append(lines)
        elif tag == _PARAGRAPH:
            written = "".join(parts.pop()).split("\n")
            lines.extend(line for line in (" ".join(part.split()) for part in written) if line)
        elif tag == _CELL and open_rows:
            lines = open_rows[-1][0]
        elif tag == _ROW:
            lines, cells = open_rows.pop()
            row = join_row(" ".join(cell) for cell in cells)
            if row:
                lines.append(row)
    return lines
