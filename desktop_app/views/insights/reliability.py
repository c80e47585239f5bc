"""What a forecast is worth, beside it: in plain words first, then in figures."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats, texts, theme
from desktop_app.ui.controls import Label, Surface, caption
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import wording
from worker_core.storage import ForecastRecord

_LEVELS = (80, 95)
_TOLERANCE = 0.05
"""Of a coverage from what was promised, beyond which it is said in another colour."""


class CoverageBar(QWidget):
    """A share that was held, and the share that was promised, as a mark on the same bar."""

    _HEIGHT = 8

    def __init__(self, nominal: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nominal, self._held = nominal, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Coverage of the {nominal * 100:.0f} % interval")

    def set_held(self, held: float | None) -> None:
        self._held = held or 0.0
        self.setAccessibleDescription(formats.percent(held))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top, width = (self.height() - self._HEIGHT) / 2, self.width() - 2.0
        painter.setBrush(t.sunken)
        painter.drawRoundedRect(QRectF(0, top, width, self._HEIGHT), 2, 2)
        painter.setBrush(t.series[1])
        painter.drawRoundedRect(QRectF(0, top, width * self._held, self._HEIGHT), 2, 2)
        painter.setBrush(t.text)
        painter.drawRect(QRectF(width * self._nominal - 1, top - 3, 2, self._HEIGHT + 6))


class ReliabilityCard(Surface):
    """All that is to be said beside one forecast."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.heading = caption(name)
        self.verdict = Label(font=fonts.strong(15))
        self.verdict.setWordWrap(True)
        self.tested = Label(font=fonts.sans(12), ink="text_muted")
        self.notes = Label(font=fonts.sans(12), ink="text_muted")
        self.source = Label(font=fonts.sans(11), ink="text_faint")
        for label in (self.tested, self.notes, self.source):
            label.setWordWrap(True)
        self._bars = {level: CoverageBar(level / 100) for level in _LEVELS}
        self._values: dict[str, Label] = {}
        self._names: dict[str, Label] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(1, 1)
        for level in _LEVELS:
            self._row(f"{level} % held", self._bars[level])
        for name_of_row in ("Worst year, 95 %", "Against naive", "Rose before", "Chance of a rise",
                            "So far"):  # fmt: skip
            self._row(name_of_row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self.heading)
        layout.addWidget(self.verdict)
        layout.addWidget(self.tested)
        layout.addLayout(self._grid)
        layout.addWidget(self.notes)
        layout.addWidget(self.source)

    def _row(self, name: str, bar: QWidget | None = None) -> None:
        row = self._grid.rowCount()
        value = self._values[name] = Label(font=fonts.medium(12))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._names[name] = Label(name, font=fonts.sans(12), ink="text_muted")
        self._grid.addWidget(self._names[name], row, 0)
        if bar is not None:
            self._grid.addWidget(bar, row, 1)
            self._grid.addWidget(value, row, 2)
        else:
            value.setWordWrap(True)
            self._grid.addWidget(value, row, 1, 1, 2)

    def show_forecast(self, record: ForecastRecord) -> None:
        said, ink = wording.verdict(record)
        self.verdict.setText(said)
        self.verdict.set_ink(ink)
        self.tested.setText(wording.tested(record))
        self.tested.setVisible(bool(self.tested.text()))
        for level, held in zip(_LEVELS, (record.coverage_80, record.coverage_95), strict=True):
            self._bars[level].set_held(held)
            self._bars[level].setVisible(held is not None)
            self._set(f"{level} % held", "" if held is None else formats.percent(held))
            value = self._values[f"{level} % held"]
            short = held is not None and held < level / 100 - _TOLERANCE
            value.set_ink("warning" if short else "text")
        tested = f"{wording.skill(record)}, {wording.p_value(record.dm_p)}"
        chance = record.details.get("up_probability")
        price = record.kind == "price"
        self._set("Worst year, 95 %", wording.worst_year(record) if price else "")
        # The verdict says it where there was no test.
        self._set("Against naive", tested if record.skill is not None else "")
        rate = record.base_rate
        self._set("Rose before", "" if rate is None else f"{formats.percent(rate)} (the base rate)")
        self._set("Chance of a rise", formats.percent(chance) if isinstance(chance, float) else "")
        self._set("So far", wording.come(record))
        self.notes.setText(wording.as_here("\n".join(record.notes)))
        self.notes.setVisible(bool(record.notes))
        self.source.setText(
            texts.breakable(
                f"{record.model_version}, seed {record.seed}, data {record.data_hash[:12]}"
                + (f", {record.provider}" if record.provider else "")
            )
        )
        self.setAccessibleDescription(f"{said} {self.tested.text()}")

    def _set(self, name: str, value: str) -> None:
        for label in (self._names[name], self._values[name]):
            label.setVisible(bool(value))
        self._values[name].setText(value)
