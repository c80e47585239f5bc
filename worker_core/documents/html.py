"""HTML, with or without inline XBRL, as lines of text."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError, create_tag

from worker_core.documents.confinement import processor_budget
from worker_core.documents.encoding import declared_encoding, decode
from worker_core.documents.inline_facts import InlineFacts
from worker_core.documents.lines import join_row, reflow, tidy
from worker_core.documents.model import Extract, Limits
from worker_core.documents.xbrl import cover_facts

MIME = "text/html"

_UNSEEN = (
    "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "textarea",
    "select", "ix:header", "ix:hidden",
)  # fmt: skip
# Selecting by style costs as much as parsing, so only what occurs in the file is selected. Each of
# these patterns begins with a word, which makes looking for it quick.
_HIDDEN_BY_STYLE = '[style*="display:none" i],[style*="display: none" i]'
_HIDDEN_BY_WORD = '[style*="visibility:hidden" i],[style*="visibility: hidden" i],[hidden]'
_DISPLAY = re.compile(
    rb"""display:\s?none("/?>(?:</td>|(?=<td\b|</tr>))|"><ix:header>)?"""  # what has no text
)
_HEADER, _HEADER_ALONE = b"<ix:header>", b"</ix:header></div>"
_HIDDEN = re.compile(rb"hidden(?<=[ :]hidden)(?<!ix:hidden)")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "section",
    "summary", "tbody", "tfoot", "thead", "ul",
)  # fmt: skip
_TEXT_NODE = 2
_LEAST_SECONDS = 3.0
_LEAST_BYTES_PER_SECOND = 2_000_000
"""Half of what the worst real page takes on a slow machine."""

_LAYOUT_CELL = 400
"""Characters in a cell of several lines above which it holds paragraphs, not a label."""


class _Role(Enum):
    """What an element does to the lines."""

    INLINE = auto()
    BLOCK = auto()
    ROW = auto()
    CELL = auto()
    PREFORMATTED = auto()
    UNSEEN = auto()


@cache
def _tag(name: str) -> int:
    return create_tag(name).tag_id


@cache
def _roles() -> dict[int, _Role]:
    roles = {_tag(name): _Role.BLOCK for name in (*_BLOCKS, "table", "br")}
    roles |= {_tag("tr"): _Role.ROW, _tag("td"): _Role.CELL, _tag("th"): _Role.CELL}
    roles[_tag("pre")] = _Role.PREFORMATTED
    roles |= {_tag(name): _Role.UNSEEN for name in _UNSEEN if ":" not in name}
    return roles


def read_html(data: bytes, limits: Limits) -> Extract:
    """The visible text of a page, a line for each paragraph, heading and table row."""
    data = _as_utf8(data)
    parser = _parse(data)
    tagged = InlineFacts(parser, data, limits.max_facts)
    # Tags inside tags, each with the text of all within, take the square of their number.
    with _budget(data):
        cover = cover_facts(tagged.texts)
        facts = tagged.facts()
    for node in _hidden(parser, data):
        node.decompose(recursive=False)
    lines, complete = _Walk(limits.max_characters).lines(parser.body or parser.root)
    text = tidy("\n".join(lines))
    truncated = []
    if not complete or len(text) > limits.max_characters:
        text = text[: limits.max_characters]
        truncated.append(f"Only the first {limits.max_characters:,} characters were kept.")
    if tagged.unreadable:
        count = tagged.unreadable
        what = "1 tagged value was" if count == 1 else f"{count:,} tagged values were"
        truncated.append(
            f"{what} left out: the number, scale, sign or period given there makes no sense."
        )
    return Extract(MIME, text, cover=cover, truncated=tuple(truncated), facts=facts)


def _parse(data: bytes) -> LexborHTMLParser:
    # Finding a place for a block takes time in proportion to the depth it is nested at, so a file
    # of nothing but nested blocks takes a minute for what is otherwise done in a hundredth second.
    with _budget(data):
        try:
            return LexborHTMLParser(data)
        except SelectolaxError as error:
            # Every text is HTML to the standard's parser: it fails only for want of memory.
            raise MemoryError from error


def _budget(data: bytes) -> AbstractContextManager[None]:
    return processor_budget(_LEAST_SECONDS + len(data) / _LEAST_BYTES_PER_SECOND)


def _hidden(parser: LexborHTMLParser, data: bytes) -> list[LexborNode]:
    selectors = []
    if b"DISPLAY:" in data or _hides_text(data):
        selectors.append(_HIDDEN_BY_STYLE)
    if _HIDDEN.search(data):
        selectors.append(_HIDDEN_BY_WORD)
    if not selectors:
        return []
    kept = {_tag("html"), _tag("body")}
    return [node for node in parser.css(",".join(selectors)) if node.tag_id not in kept]


def _hides_text(data: bytes) -> bool:
    """Whether more than empty cells and the header of inline XBRL is not displayed.

    In what the programs for filings write it is not.
    """
    headers = 0
    for found in _DISPLAY.finditer(data):
        start = data.rfind(b"<", 0, found.start())
        tag = data[start : start + 4]
        is_header = found[1] is not None and found[1].endswith(_HEADER)
        headers += is_header
        if found[1] is None or tag != (b"<div" if is_header else b"<td "):
            return True
    return headers > 0 and data.count(_HEADER_ALONE) < headers


def _as_utf8(data: bytes) -> bytes:
    """The parser takes UTF-8 as it is; only other encodings pay for a decoding."""
    if declared_encoding(data) in {None, "utf-8", "ascii", "iso8859-1", "cp1252"}:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return data.replace(b"\x00", b"") if b"\x00" in data else data
    return decode(data, html=True).encode("utf-8", "replace")


@dataclass(slots=True)
class _Row:
    """A table row under way: the lines of each of its cells."""

    outer: list[str]
    cells: list[list[str]] = field(default_factory=list)


class _Walk:
    """One pass over the tree, without recursion: the depth is the document's to choose."""

    def __init__(self, max_characters: int) -> None:
        self._room = max_characters
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._rows: list[_Row] = []
        self._roles = dict(_roles())

    def lines(self, root: LexborNode | None) -> tuple[list[str], bool]:
        """The lines below ``root``, and whether they are all."""
        # Most nodes are text, change nothing or are empty: those are dealt with here, without
        # a call.
        inline, block, cell = _Role.INLINE, _Role.BLOCK, _Role.CELL
        roles, parts = self._roles, self._parts
        open_nodes: list[tuple[LexborNode, _Role]] = []
        node = root
        while node is not None and self._room >= 0:
            kind = node.tag_id
            if kind == _TEXT_NODE:
                parts.append(node.text_content or "")
            else:
                role = roles.get(kind) or self._role_of(node, kind)
                child = node.first_child
                if role is inline or (role is block and not parts):
                    pass
                elif child is not None or role is not cell:
                    child = self._enter(node, role, child)
                elif parts:
                    self._break()
                if child is not None:
                    open_nodes.append((node, role))
                    node = child
                    continue
                if role is not inline and role is not cell:
                    self._leave(role)
            following = node.next
            while following is None and open_nodes:
                node, role = open_nodes.pop()
                if role is not inline and (parts or role is not block):
                    self._leave(role)
                following = node.next
            node = following if open_nodes else None
        complete = self._room >= 0
        while self._rows:
            self._close_row()
        self._break()
        return self._lines, complete

    def _role_of(self, node: LexborNode, kind: int) -> _Role:
        # The tags of XBRL get their numbers anew in each document.
        role = _Role.UNSEEN if node.tag in _UNSEEN else _Role.INLINE
        self._roles[kind] = role
        return role

    def _enter(self, node: LexborNode, role: _Role, child: LexborNode | None) -> LexborNode | None:
        """Begin an element; its first child, if what is in it is still to be read."""
        if role is _Role.UNSEEN:
            return None
        if self._parts:
            self._break()
        if role is _Role.PREFORMATTED:
            self._preformatted(node)
            return None
        if role is _Role.ROW:
            self._rows.append(_Row(self._lines))
        elif role is _Role.CELL and self._rows:
            self._lines = []
            self._rows[-1].cells.append(self._lines)
        return child

    def _leave(self, role: _Role) -> None:
        if self._parts and role is not _Role.UNSEEN:
            self._break()
        if role is _Role.ROW:
            self._close_row()
        elif role is _Role.CELL and self._rows:
            self._lines = self._rows[-1].outer

    def _break(self) -> None:
        """End the line under way; called where there are parts of one."""
        line = " ".join("".join(self._parts).split())
        self._parts.clear()
        if line:
            self._lines.append(line)
            self._room -= len(line) + 1

    def _preformatted(self, node: LexborNode) -> None:
        for line in reflow((node.text() or "").splitlines()):
            self._lines.append(line)
            self._room -= len(line) + 1

    def _close_row(self) -> None:
        self._break()
        row = self._rows.pop()
        self._lines = row.outer
        cells = [cell for cell in row.cells if cell]
        if any(len(cell) > 1 and sum(map(len, cell)) > _LAYOUT_CELL for cell in cells):
            for cell in cells:
                self._lines.extend(cell)
        elif cells:
            self._lines.append(join_row([" ".join(cell) for cell in cells]))
