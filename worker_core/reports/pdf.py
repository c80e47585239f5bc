"""A report as PDF: A4, the fonts embedded, charts as vectors."""

from collections.abc import Iterator
from functools import partial
from html import escape
from io import BytesIO
from typing import Any, Final

from worker_core.reports import fonts
from worker_core.reports.colours import palette
from worker_core.reports.content import (
    LONGEST_CELL,
    Block,
    Facts,
    Figure,
    Grid,
    Heading,
    Note,
    Quotes,
    Report,
    Text,
    moment,
    plain,
)

MARGIN: Final = 45.0
# Of ReportLab's frames, at each side.
PADDING: Final = 6.0
FACTS_A_ROW: Final = 4
MOST_ROWS: Final = 2000


def render(report: Report) -> bytes:
    """The document. The same report gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    fonts.register()
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=plain(report.title),
        author="AFI Desk",
        invariant=1,
    )
    writer = _Writer(A4[0] - 2 * (MARGIN + PADDING))
    foot = partial(_foot, plain(report.title, 90))
    document.build(list(writer.whole(report)), onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def _foot(title: str, canvas: Any, document: Any) -> None:
    from reportlab.lib.colors import HexColor

    canvas.saveState()
    canvas.setFillColor(HexColor(palette("light")["text_muted"]))
    at = MARGIN + PADDING
    for font, part in fonts.runs(title):
        canvas.setFont(font, 7.5)
        canvas.drawString(at, MARGIN / 2, part)
        at += canvas.stringWidth(part, font, 7.5)
    canvas.setFont(fonts.TEXT, 7.5)
    canvas.drawRightString(document.pagesize[0] - MARGIN - PADDING, MARGIN / 2, f"{document.page}")
    canvas.restoreState()


def marked(text: str, most: int = 10_000, font: str = fonts.TEXT) -> str:
    """Text from outside as the markup of ReportLab's paragraphs, each part in a font that has
    its letters."""
    parts = (
        escape(part) if name == font else f'<font name="{name}">{escape(part)}</font>'
        for name, part in fonts.runs(plain(text, most), font)
    )
    return "".join(parts).replace("\n", "<br/>")


def _broken(cell: str, width: float) -> str:
    """A name of two parts, as tasks have, broken between them where it does not fit."""
    if " " in cell or fonts.width(plain(cell, LONGEST_CELL), 7.5) <= width - 8:
        return cell
    return cell.replace(".", ".\n", 1)


class _Writer:
    """Blocks as what ReportLab lays out, on pages whose text is ``width`` points wide."""

    def __init__(self, width: float) -> None:
        from reportlab.lib.colors import HexColor

        self._width = width
        self._colours = {name: HexColor(value) for name, value in palette("light").items()}

    def whole(self, report: Report) -> Iterator[Any]:
        from reportlab.platypus import Spacer

        yield self._words(report.title, size=19, font=fonts.BOLD)
        about = f"{report.about} · made {moment(report.made_at)}"
        yield self._words(about, size=9, colour="text_muted")
        yield Spacer(1, 8)
        for block in report.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Any]:
        from reportlab.platypus import KeepTogether, Spacer

        match block:
            case Heading():
                yield self._words(block.text, size=13, font=fonts.BOLD, before=13, keep=True)
            case Text():
                colour = "text_muted" if block.muted else "text"
                yield self._words(block.text, colour=colour, keep=block.leads)
            case Note():
                yield KeepTogether(self._note(block))
                yield Spacer(1, 5)
            case Facts():
                yield self._facts(block)
                yield Spacer(1, 6)
            case Grid():
                yield from self._grid(block)
            case Quotes():
                for said, where in block.items:
                    yield self._words(said, indent=10, before=4, keep=True)
                    yield self._words(where, size=7.5, colour="text_muted", indent=10)
            case Figure():
                yield KeepTogether([*self._figure(block), Spacer(1, 4)])

    def _words(
        self,
        text: str,
        *,
        size: float = 9,
        font: str = fonts.TEXT,
        colour: str = "text",
        before: float = 2,
        indent: float = 0,
        most: int = 10_000,
        right: bool = False,
        keep: bool = False,
    ) -> Any:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        style = ParagraphStyle(
            "words",
            fontName=font,
            fontSize=size,
            leading=size * 1.35,
            textColor=self._colours[colour],
            spaceBefore=before,
            spaceAfter=2,
            leftIndent=indent,
            alignment=2 if right else 0,
            keepWithNext=keep,
            splitLongWords=True,
        )
        return Paragraph(marked(text, most, font), style)

    def _note(self, note: Note) -> list[Any]:
        from reportlab.platypus import Table, TableStyle

        colour = {"ok": "ok", "note": "running", "warning": "warning", "critical": "danger"}
        words = [self._words(note.title, font=fonts.BOLD, before=0, most=2000)]
        if note.text:
            words.append(self._words(note.text, before=0, most=2000))
        table = Table([[words]], colWidths=[self._width])
        edge = self._colours[colour[note.level]]
        table.setStyle(
            TableStyle(
                [("LINEBEFORE", (0, 0), (0, -1), 3, edge), ("LEFTPADDING", (0, 0), (-1, -1), 8)]
            )
        )
        return [table]

    def _facts(self, facts: Facts) -> Any:
        from reportlab.platypus import Table, TableStyle

        cells = [
            [
                self._words(name, size=7.5, colour="text_muted", before=0),
                self._words(value, size=12, font=fonts.BOLD, before=0, most=200),
            ]
            for name, value in facts.items
        ]
        cells += [[] for _ in range(-len(cells) % FACTS_A_ROW)]
        rows = [cells[start : start + FACTS_A_ROW] for start in range(0, len(cells), FACTS_A_ROW)]
        table = Table(rows, colWidths=[self._width / FACTS_A_ROW] * FACTS_A_ROW)
        line = self._colours["hairline"]
        styles = [(kind, (0, 0), (-1, -1), 0.5, line) for kind in ("BOX", "INNERGRID")]
        table.setStyle(TableStyle([*styles, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        return table

    def _grid(self, grid: Grid) -> Iterator[Any]:
        from reportlab.platypus import Table, TableStyle

        if not grid.rows:
            yield self._words(grid.empty, colour="text_muted")
            return
        heads = [
            self._words(
                column.title, size=7.5, font=fonts.BOLD, colour="text_muted", right=column.numeric
            )
            for column in grid.columns
        ]
        shares = sum(column.share for column in grid.columns)
        widths = [self._width * column.share / shares for column in grid.columns]
        rows = [
            [
                self._words(
                    _broken(cell, width),
                    size=7.5,
                    before=0,
                    most=LONGEST_CELL,
                    right=column.numeric,
                )
                for cell, column, width in zip(row, grid.columns, widths, strict=True)
            ]
            for row in grid.rows[:MOST_ROWS]
        ]
        table = Table([heads, *rows], colWidths=widths, repeatRows=1, spaceBefore=5, spaceAfter=7)
        table.setStyle(
            TableStyle(
                [
                    ("LINEBELOW", (0, 0), (-1, 0), 0.6, self._colours["border"]),
                    ("LINEBELOW", (0, 1), (-1, -1), 0.4, self._colours["hairline"]),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
                ]
            )
        )
        yield table
        if len(grid.rows) > MOST_ROWS:
            more = f"{len(grid.rows) - MOST_ROWS} more rows are left out here."
            yield self._words(more, colour="text_muted")

    def _figure(self, figure: Figure) -> list[Any]:
        drawing = figure.draw()
        scale = self._width / drawing.width
        drawing.scale(scale, scale)
        drawing.width, drawing.height = drawing.width * scale, drawing.height * scale
        title = self._words(figure.title, font=fonts.BOLD, before=6, keep=True)
        return [title, drawing]
