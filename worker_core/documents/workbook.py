"""Excel workbooks (.xlsx), read as a stream of rows.

Neither a sheet's stated dimension nor the distance between its cells costs anything: only cells
that are there are kept. Formulas are not computed, and nothing outside the file is looked up.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import IO

from lxml import etree

from worker_core.documents.archives import DAMAGED
from worker_core.documents.model import Extract, Limits
from worker_core.documents.problems import problem
from worker_core.documents.report import read_reports
from worker_core.documents.tabular import (
    Budget,
    CellValue,
    Row,
    Sheet,
    sheets_text,
    stored_number,
)

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_COLUMN = re.compile(r"([A-Za-z]{1,3})\d*")
_MOST_SHEETS = 1000
_DAYS_UNTIL_9999 = 2_957_003
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no time zone
_FIRST_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - as above


def read_xlsx(data: bytes, filename: str, limits: Limits) -> Extract:
    """The sheets of a workbook whose zip container was found harmless, and the facts in them.

    Raises:
        DocumentError: ``damaged``.
    """
    budget = Budget(limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = _Workbook(archive, limits, budget).sheets()
    except (
        *DAMAGED, KeyError, OverflowError, OSError, etree.LxmlError, RuntimeError,
    ) as error:  # fmt: skip
        if isinstance(error, etree.XMLSyntaxError) and "memory" in str(error).lower():
            raise MemoryError from error
        why = "the parts of the workbook do not fit together"
        raise problem("damaged", filename, why=why, detail=repr(error)) from error
    cover, facts = read_reports(sheets, limits)
    text = sheets_text(sheets, limits)
    return Extract(MIME, text, cover=cover, truncated=tuple(budget.notes), facts=facts)


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile, limits: Limits, budget: Budget) -> None:
        self._archive = archive
        self._limits = limits
        self._budget = budget
        self._names = set(archive.namelist())
        self._strings: list[str] = []
        self._dates: list[bool] = []
        self._first_day = _FIRST_DAY

    def sheets(self) -> list[Sheet]:
        """All sheets, as far as the budget goes."""
        workbook = self._tree("xl/workbook.xml")
        targets = {
            relation.get("Id"): posixpath.normpath(
                posixpath.join("/xl", relation.get("Target", ""))
            )
            for relation in self._tree("xl/_rels/workbook.xml.rels").iter("{*}Relationship")
        }
        for settings in workbook.iter("{*}workbookPr"):
            if settings.get("date1904") in {"1", "true"}:
                self._first_day = _FIRST_DAY_1904
        self._dates = list(self._date_styles())
        self._strings = list(self._shared_strings())
        result: list[Sheet] = []
        for element in workbook.iter("{*}sheet"):
            relation = element.get(_RELATION) or element.get(_STRICT_RELATION)
            member = (targets.get(relation) or "").lstrip("/")
            if member not in self._names:
                continue
            if len(result) >= _MOST_SHEETS:
                self._budget.note(f"Only the first {_MOST_SHEETS:,} sheets were read.")
                break
            sheet = Sheet(element.get("name") or "")
            result.append(sheet)
            for row in self._rows(member):
                if not self._budget.allows(row.cells):
                    return result
                sheet.rows.append(row)
        if not result:
            raise KeyError("no worksheet")
        return result

    def _rows(self, member: str) -> Iterator[Row]:
        number = 0
        for element in _elements(self._archive.open(member), "{*}row"):
            stated = element.get("r") or ""
            number = int(stated) if stated.isdecimal() and len(stated) < 9 else number + 1
            cells: dict[int, CellValue] = {}
            column = 0
            for cell in element.iterchildren("{*}c"):
                column = _column(cell.get("r")) or column + 1
                value = self._value(cell)
                if value is not None and value != "":
                    cells[column] = value
            if cells:
                yield Row(number, cells)

    def _value(self, cell: etree._Element) -> CellValue | None:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_texts(cell)).strip()
        stored: str | None = next((child.text for child in cell.iterchildren("{*}v")), None)
        if stored is None:
            return None
        if kind == "n":
            return self._number(stored, cell.get("s", ""))
        if kind == "s":
            at = int(stored)
            return self._strings[at].strip() if 0 <= at < len(self._strings) else None
        if kind == "d":
            return date.fromisoformat(stored[:10])
        text = stored.strip()
        return {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "b" else text

    def _number(self, stored: str, style: str) -> CellValue | None:
        number = stored_number(stored)
        is_date = style.isdecimal() and self._is_date(int(style))
        if number is not None and is_date and 0 < number < _DAYS_UNTIL_9999:
            return (self._first_day + timedelta(days=int(number))).date()
        return number

    def _is_date(self, style: int) -> bool:
        return style < len(self._dates) and self._dates[style]

    def _date_styles(self) -> Iterator[bool]:
        if "xl/styles.xml" not in self._names:
            return
        styles = self._tree("xl/styles.xml")
        own = {
            entry.get("numFmtId"): _NOT_IN_FORMAT.sub("", entry.get("formatCode", "")).lower()
            for entry in styles.iter("{*}numFmt")
        }
        for formats in styles.iter("{*}cellXfs"):
            for entry in formats.iterchildren("{*}xf"):
                number = entry.get("numFmtId", "0")
                code = own.get(number)
                if code is not None:
                    yield bool(re.search(r"[dy]", code)) and "general" not in code
                else:
                    yield number.isdecimal() and int(number) in _DATE_FORMATS

    def _shared_strings(self) -> Iterator[str]:
        if "xl/sharedStrings.xml" not in self._names:
            return
        room = 4 * self._limits.max_characters
        for element in _elements(self._archive.open("xl/sharedStrings.xml"), "{*}si"):
            text = "".join(_texts(element))
            room -= len(text)
            if room < 0:
                self._budget.note("Parts of the workbook's text were left out: there is too much.")
                return
            yield text

    def _tree(self, member: str) -> etree._Element:
        with self._archive.open(member) as file:
            return etree.parse(file, _parser()).getroot()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _elements(file: IO[bytes], tag: str) -> Iterator[etree._Element]:
    """The elements of that tag, each let go before the next is read."""
    with file:
        events = etree.iterparse(
            file, tag=tag, resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, element in events:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _texts(element: etree._Element) -> Iterator[str]:
    """Text in runs; the reading aids of Japanese text (``rPh``) are no text of the cell."""
    for text in element.iter("{*}t"):
        parent = text.getparent()
        if parent is None or not str(parent.tag).endswith("}rPh"):
            yield text.text or ""


def _column(reference: str | None) -> int:
    found = _COLUMN.match(reference or "")
    number = 0
    for letter in found[1].upper() if found else "":
        number = 26 * number + ord(letter) - 64
    return number
