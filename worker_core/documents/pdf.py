"""PDF, page by page, as lines of text."""

import re
import zlib
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from worker_core.documents.dates import first_date
from worker_core.documents.ligatures import repair
from worker_core.documents.lines import reflow, tidy
from worker_core.documents.model import MIB, Cover, Extract, Limits
from worker_core.documents.pdf_tables import page_tables
from worker_core.documents.problems import problem

MIME = "application/pdf"

_END_MARK = b"%%EOF"
_DOUBLE_FLATE = re.compile(
    rb"/Filter\s*\[\s*/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b[^>]*>>\s*stream\r?\n"
)
_MAX_TWICE_PACKED = 64 * MIB
_PIECE = 4096
"""Bytes unpacked at once; they can become a thousand times as many."""

_PAGE_NUMBER = re.compile(r"\s*(?:page )?[-–—]? ?\d{1,4}(?: ?[-–—]| of \d+)?\s*", re.I)
_PAGE_END = "\f"
_FOLDED_PAGE = re.compile(r"(?<=[a-z,])\n\f\n(?=[a-z])")
_FILED_ON = re.compile(r"filed on (\d{4}-\d{2}-\d{2})")
_CUT_OFF = "the mark that ends every PDF is missing"


def read_pdf(
    data: bytes, filename: str, limits: Limits, table_pages: tuple[int, ...] = ()
) -> Extract:
    """The text of a PDF's pages in reading order as the file gives it.

    ``table_pages``: pages, counted from 1, whose tables are wanted as well.

    Raises:
        DocumentError: ``encrypted``, ``truncated``, ``damaged``, ``bomb``, ``scanned``,
            ``no_text``.
    """
    _refuse_bomb(data, filename)
    document = _open(data, filename)
    try:
        pages = len(document)
        if pages == 0:
            raise problem("damaged", filename, why="it lists no pages")
        read = min(pages, limits.max_pages)
        reader = _Pages(document, read, limits.max_characters)
        text = _FOLDED_PAGE.sub(" ", "\n".join(reader))
        text = tidy(text.replace("\n\f", "").replace("\f\n", ""))
        tables, notes = page_tables(document, table_pages)
        subject = document.get_metadata_value("Subject")
    finally:
        document.close()
    if not text.strip():
        raise problem("scanned" if reader.pictures else "no_text", filename)
    truncated = [*notes]
    if reader.done < read:
        truncated.append(f"Only the first {limits.max_characters:,} characters were kept.")
        text = text[: limits.max_characters]
    elif read < pages:
        truncated.append(f"Only the first {read:,} of {pages:,} pages were read.")
    if reader.pictures:
        truncated.append(
            f"{reader.pictures:,} of {pages:,} pages are pictures without text and were left out."
        )
    if reader.unreadable or _END_MARK not in data[-2048:]:
        lost = f"{reader.unreadable:,} of its pages" if reader.unreadable else "Parts of it"
        truncated.append(f"The file is damaged or cut off. {lost} may be missing.")
    filed = _FILED_ON.search(subject)
    cover = Cover(filing_date=first_date(filed[1]) if filed else None)
    return Extract(MIME, text, pages=pages, cover=cover, truncated=tuple(truncated), tables=tables)


class _Pages:
    """The lines of the pages, and an account of the pages that gave none."""

    def __init__(self, document: pdfium.PdfDocument, pages: int, max_characters: int) -> None:
        self._document = document
        self._pages = pages
        self._room = max_characters
        self.done = 0
        self.pictures = 0
        self.unreadable = 0

    def __iter__(self) -> Iterator[str]:
        while self.done < self._pages and self._room > 0:
            for line in self._page(self.done):
                self._room -= len(line) + 1
                yield line
            self.done += 1

    def _page(self, index: int) -> list[str]:
        try:
            page = self._document[index]
        except pdfium.PdfiumError:
            self.unreadable += 1
            return []
        try:
            textpage = page.get_textpage()
            text = textpage.get_text_range()
            textpage.close()
            if not text.strip():
                self.pictures += _has_picture(page)
                return []
        except pdfium.PdfiumError:
            self.unreadable += 1
            return []
        finally:
            page.close()
        lines = repair(text).splitlines()
        # The page's number would end up in the middle of the sentence that the page cuts in two.
        numbers = [at for at in (0, len(lines) - 1) if _PAGE_NUMBER.fullmatch(lines[at])]
        for at in reversed(numbers):
            del lines[at]
        return [*reflow(lines), _PAGE_END]


def _has_picture(page: pdfium.PdfPage) -> bool:
    return next(page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _open(data: bytes, filename: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise problem("encrypted", filename) from error
        if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
            raise problem("encrypted", filename, detail=str(error)) from error
        if _END_MARK not in data[-2048:]:
            raise problem("truncated", filename, why=_CUT_OFF, detail=str(error)) from error
        why = "its list of contents cannot be read"
        raise problem("damaged", filename, why=why, detail=str(error)) from error


def _refuse_bomb(data: bytes, filename: str) -> None:
    """Streams packed twice have no use but to unpack to a thousand times a thousand.

    One such stream of 1.6 KB would take over a gigabyte inside the PDF library, so they are
    unpacked here first, a piece at a time.
    """
    view, unpacked = memoryview(data), 0
    for stream in _DOUBLE_FLATE.finditer(data):
        unpacked += _size_unpacked_twice(view[stream.end() :])
        if unpacked > _MAX_TWICE_PACKED:
            why = f"parts of it unpack to more than {_MAX_TWICE_PACKED // MIB} MB"
            raise problem("bomb", filename, why=why)


def _size_unpacked_twice(packed: memoryview) -> int:
    outer, inner, size = zlib.decompressobj(), zlib.decompressobj(), 0
    try:
        for start in range(0, len(packed), _PIECE):
            middle = outer.decompress(packed[start : start + _PIECE])
            while middle and not inner.eof and size <= _MAX_TWICE_PACKED:
                size += len(inner.decompress(middle, MIB))
                middle = inner.unconsumed_tail
            if outer.eof or inner.eof or size > _MAX_TWICE_PACKED:
                break
    except zlib.error:
        pass  # Not what it says it is; the PDF library will tell.
    return size
