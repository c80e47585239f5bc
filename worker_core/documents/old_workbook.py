"""Excel workbooks of the format before 2007 (.xls)."""

import io
from datetime import datetime

import xlrd

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

MIME = "application/vnd.ms-excel"


def read_xls(data: bytes, filename: str, limits: Limits) -> Extract:
    """The sheets of an old workbook, and the facts in them.

    Raises:
        DocumentError: ``damaged``, ``encrypted``.
    """
    budget = Budget(limits)
    try:
        # The library is pure Python: what is wrong with a file becomes an error of some type.
        with xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        ) as book:
            sheets = _sheets(book, budget)
    except MemoryError:
        raise
    except Exception as error:  # every layer of the format fails in its own way
        if "encrypted" in str(error).lower():
            raise problem("encrypted", filename) from error
        why = "the parts of the workbook do not fit together"
        raise problem("damaged", filename, why=why, detail=repr(error)) from error
    cover, facts = read_reports(sheets, limits)
    text = sheets_text(sheets, limits)
    return Extract(MIME, text, cover=cover, truncated=tuple(budget.notes), facts=facts)


def _sheets(book: xlrd.Book, budget: Budget) -> list[Sheet]:
    result = []
    for index, name in enumerate(book.sheet_names()):
        source = book.sheet_by_index(index)
        sheet = Sheet(name)
        result.append(sheet)
        for number in range(source.nrows):
            cells = {
                column: value
                for column, cell in enumerate(source.row(number), start=1)
                if (value := _value(cell, book)) is not None and value != ""
            }
            if cells:
                if not budget.allows(cells):
                    return result
                sheet.rows.append(Row(number + 1, cells))
        book.unload_sheet(index)
    return result


def _value(cell: xlrd.sheet.Cell, book: xlrd.Book) -> CellValue | None:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return stored_number(cell.value)
        return moment.date()
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return stored_number(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return str(cell.value).strip()
