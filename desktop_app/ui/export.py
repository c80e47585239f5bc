"""Any chart as a picture, as a drawing, or its data as a table."""

import asyncio
import csv
import io
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, Protocol, cast

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPoint, QRect, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton, QWidget

from desktop_app.monitor.spreadsheet import harmless
from desktop_app.ui import icons
from desktop_app.ui.background import Background
from desktop_app.ui.controls import icon_button
from desktop_app.ui.messages import Messages

Form = Literal["png", "svg", "csv"]

FORMS: Final[dict[Form, tuple[str, str]]] = {
    "png": ("Picture (PNG)…", "Pictures (*.png)"),
    "svg": ("Drawing (SVG)…", "Drawings (*.svg)"),
    "csv": ("Data (CSV)…", "Tables (*.csv)"),
}
SHARPNESS: Final = 2
"""Pixels of a picture for one of the window."""
_LONGEST_NAME: Final = 80


class Exportable(Protocol):
    """A chart that can be exported. It is a ``QWidget``."""

    @property
    def title(self) -> str: ...

    def add_to_head(self, widget: QWidget) -> None: ...

    def draw(self, painter: QPainter, size: QSizeF) -> None:
        """Paint the chart as large as it is on the screen."""

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """The titles of its columns, and its rows; None for what is not known."""


class Exporter(QObject):
    """Gives charts a menu, and writes what is chosen there. What is there already is replaced only
    after a question."""

    def __init__(
        self, background: Background, messages: Messages, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._messages = messages

    def attach(self, chart: Exportable) -> QToolButton:
        """Put the button into the chart's head; the same menu opens by a right click."""
        widget = cast("QWidget", chart)
        opener = icon_button("download", f"Export {chart.title}")
        opener.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(opener)
        for form, (words, _) in FORMS.items():
            action = menu.addAction(icons.icon("download"), words)
            action.triggered.connect(lambda _=False, form=form: self.choose(chart, form))
        opener.setMenu(menu)
        chart.add_to_head(opener)
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(lambda at: menu.popup(widget.mapToGlobal(at)))
        return opener

    def choose(self, chart: Exportable, form: Form) -> None:
        """Ask for a file. Nothing waits for the answer."""
        widget = cast("QWidget", chart)
        dialog = QFileDialog(widget.window(), f"Export {chart.title}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(FORMS[form][1])
        dialog.setDefaultSuffix(form)
        # Its own question would stop the window's loop; ours does not.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(f"{file_name(chart.title)}.{form}")
        dialog.fileSelected.connect(lambda name: self.write(chart, form, Path(name)))
        dialog.open()
        dialog.finished.connect(dialog.deleteLater)

    def write(self, chart: Exportable, form: Form, path: Path, *, replace: bool = False) -> None:
        """Write the chart as it is now."""
        content = made(chart, form)
        self._background.run(
            asyncio.to_thread(_write, path, content, replace=replace),
            f"write {path.name}",
            on_success=lambda _: self._messages.info(f"Exported {chart.title}", f"It is in {path}"),
            on_failure=partial(self._explain, chart, form, path),
            owner=cast("QWidget", chart),
        )

    def _explain(self, chart: Exportable, form: Form, path: Path, error: Exception) -> None:
        if isinstance(error, FileExistsError):
            self._ask(chart, form, path)
            return
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._messages.error(
            f"Could not write {path.name}: {said}",
            "Choose a folder that may be written and has room.",
        )

    def _ask(self, chart: Exportable, form: Form, path: Path) -> None:
        question = QMessageBox(cast("QWidget", chart).window())
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle("Replace the file?")
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(f"{path.name} is there already.")
        question.setInformativeText("Replacing it removes what it holds now.")
        replace = question.addButton("Replace it", QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        replace.clicked.connect(lambda: self.write(chart, form, path, replace=True))
        question.open()
        question.finished.connect(question.deleteLater)


def file_name(title: str) -> str:
    """A name that every system takes for a file."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", title).strip("-._")[:_LONGEST_NAME]
    return plain or "chart"


def made(chart: Exportable, form: Form) -> bytes:
    """The chart as the bytes of a file of that form."""
    if form == "csv":
        return as_csv(*chart.table())
    size = cast("QWidget", chart).size()
    return _svg(chart, size) if form == "svg" else _png(chart, size)


def as_csv(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Numbers with all their digits; nothing for what is not known."""
    written = io.StringIO(newline="")
    table = csv.writer(written)
    for row in (titles, *rows):
        table.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return written.getvalue().encode("utf-8", "replace")


def _png(chart: Exportable, size: QSize) -> bytes:
    picture = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(SHARPNESS)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    chart.draw(painter, QSizeF(size))
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(content.data())


def _svg(chart: Exportable, size: QSize) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    content = QByteArray()
    buffer = QBuffer(content)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(size)
    drawing.setViewBox(QRect(QPoint(), size))
    drawing.setTitle(chart.title)
    painter = QPainter(drawing)
    chart.draw(painter, QSizeF(size))
    painter.end()
    return bytes(content.data())


def _write(path: Path, content: bytes, *, replace: bool) -> None:
    if replace:
        unfinished = path.with_name(f"{path.name}.part")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return
    with path.open("xb") as file:
        try:
            file.write(content)
        except OSError:
            path.unlink(missing_ok=True)
            raise
