"""The details of a span in which events were missed."""

from PySide6.QtWidgets import QWidget

from desktop_app.monitor.rows import Gap
from desktop_app.qt_models import gap_words
from desktop_app.ui import drawer
from desktop_app.ui.controls import Label
from desktop_app.ui.details import KeyValues
from desktop_app.views.tasks import gap_wording


class GapDrawer(drawer.Drawer):
    """Follows one gap, about which more may be found out while it is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Missed events", parent)
        self.gap: Gap | None = None
        self.lost, self.why, self.found = Label(), Label(), Label()
        self.facts = KeyValues()
        for label in (self.lost, self.why, self.found):
            label.setWordWrap(True)
        self.add_section("When", self.facts)
        self.add_section("What was missed", self.lost)
        self.add_section("Why", self.why)
        self.add_section("What asking brought to light", self.found)

    def show_gap(self, gap: Gap, now: float) -> None:
        self.gap = gap
        self.set_head("Events missed", state=gap_words.STATE)
        self.facts.set_rows(gap_wording.facts(gap, now))
        self.lost.setText(gap_wording.lost(gap))
        self.why.setText(gap_wording.why(gap))
        self.found.setText(gap_wording.found(gap.found))
        self.open()

    def update_gaps(self, gaps: list[Gap], now: float) -> None:
        """Take in what was found out, as far as it concerns the one shown."""
        shown = self.gap
        if shown is None or self.isHidden():
            return
        for gap in gaps:
            if (gap.start, gap.end) == (shown.start, shown.end):
                self.show_gap(gap, now)

    def close_drawer(self) -> None:
        self.gap = None
        super().close_drawer()
