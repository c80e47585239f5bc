"""What a rule would have done last week, drawn and in words, as it is typed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.qt_models.alert_table import subject_words
from desktop_app.ui import fonts, formats, texts
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.controls import Label, caption
from desktop_app.ui.tokens import Space
from worker_core.operations.alert_rules import Rule, span, value_words
from worker_core.operations.alert_trials import WEEK_S, Tried
from worker_core.storage import Measurement

if TYPE_CHECKING:
    from desktop_app.ui.decimate import Floats

_LISTED = 8
_MOST_GAPS = 40
_HOUR = 3600.0
_WINDOWS: Final = (
    (_HOUR, "Last hour"),
    (6 * _HOUR, "Last 6 hours"),
    (24 * _HOUR, "Last day"),
    (72 * _HOUR, "Last 3 days"),
    (WEEK_S, "Last week"),
)
NOT_YET = "What the rule would have done last week appears here as you fill it in."
TRYING = "Trying it against last week…"


class TrialPane(QWidget):
    """The verdict, the course of the subject that fired most, and when it fired."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measure = ""
        self.rule = Label(font=fonts.strong())
        self.rule.setWordWrap(True)
        self.verdict = Label(ink="text_muted")
        self.verdict.setWordWrap(True)
        self.chart = LineChart(
            "Last week",
            [Line("value", "Value", "series:0"), Line("limit", "Threshold", "danger")],
            window=WEEK_S,
            format=self._said,
            titled=False,
        )
        self.course = Label(font=fonts.strong(12))
        self.course.setWordWrap(True)
        self._title = caption("When it would have fired")
        self.firings = Label(font=fonts.sans(12), ink="text_muted")
        self.firings.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self.rule)
        layout.addWidget(self.verdict)
        layout.addWidget(self.course)
        layout.addWidget(self.chart, 1)
        layout.addWidget(self._title)
        layout.addWidget(self.firings)
        layout.addStretch(0)
        self.forget()

    def forget(self, why: str = NOT_YET) -> None:
        """There is no rule that could be tried."""
        self.rule.setText("Not a rule yet")
        self._say(why, "text_muted")
        self._hide_course()
        self._list([])

    def _hide_course(self) -> None:
        self.chart.hide()
        self.course.hide()

    def trying(self, rule: Rule) -> None:
        """It is under way; what was found before stays until the answer."""
        self.rule.setText(texts.breakable(rule.words))
        if self.chart.isHidden():
            self._say(TRYING, "text_muted")

    def fail(self, why: str) -> None:
        self._say(why, "warning")
        self._hide_course()
        self._list([])

    def show_trial(self, tried: Tried) -> None:
        rule, trial = tried.rule, tried.trial
        self._measure = rule.measure
        self.rule.setText(texts.breakable(rule.words))
        self._say(trial.words, "text" if trial.extreme is not None else "text_muted")
        now = tried.now.timestamp()
        way = "up" if rule.comparison == "above" else "down"
        rows = []
        for firing in trial.firings[-_LISTED:][::-1]:
            still = ", still" if firing.ended is None else ""
            worst = value_words(rule.measure, firing.worst)
            rows.append(
                f"{formats.moment(firing.at, now)}  {subject_words(firing.subject)} "
                f"for {span(firing.lasted(now))}{still}, {way} to {worst}"
            )
        if (more := len(trial.firings) - _LISTED) > 0:
            rows.append(f"and {formats.plural(more, 'time')} before")
        self._list(rows)
        self._draw(tried, now)

    def _say(self, words: str, ink: str) -> None:
        self.verdict.setText(words)
        self.verdict.set_ink(ink)

    def _list(self, rows: Sequence[str]) -> None:
        self._title.setVisible(bool(rows))
        self.firings.setVisible(bool(rows))
        self.firings.setText(texts.breakable("\n".join(rows)))

    def _draw(self, tried: Tried, now: float) -> None:
        subject = _most_telling(tried)
        if subject is None:
            self._hide_course()
            return
        import numpy as np

        runs = tried.history[subject]
        times, values, gaps = _course(runs, now - WEEK_S, now, tried.rule.about.max_gap_s)
        limit = np.full(2, tried.rule.threshold)
        back, called = _window(now - times[0] if times.size else WEEK_S)
        self.chart.show()
        self.chart.set_window(back)
        title = f"{called}: {subject_words(subject)}"
        self.chart.set_title(title)
        self.course.setText(texts.breakable(title))
        self.course.show()
        self.chart.set_data(
            {"value": (times, values), "limit": (np.array([now - WEEK_S, now]), limit)}, now, gaps
        )

    def _said(self, value: float | None) -> str:
        return formats.NOTHING if value is None else value_words(self._measure, value)


def _most_telling(tried: Tried) -> str | None:
    """The subject that fired most, else the one that came nearest."""
    if tried.trial.firings:
        names = [firing.subject for firing in tried.trial.firings]
        return max(dict.fromkeys(names), key=names.count)
    if not tried.history:
        return None
    furthest = max if tried.rule.comparison == "above" else min

    def extreme(name: str) -> float:
        return furthest(run.value for run in tried.history[name])

    return furthest(tried.history, key=extreme)


def _window(measured: float) -> tuple[float, str]:
    """How far back is drawn, in seconds, and how that is called: no more than there is to see."""
    return next((one for one in _WINDOWS if measured <= one[0]), _WINDOWS[-1])


def _course(
    runs: Sequence[Measurement], begun: float, now: float, max_gap_s: float
) -> tuple["Floats", "Floats", list[tuple[float, float]]]:
    """Times and values of a line, each value as long as it lasted, and the spans in which nothing
    was measured, of which the longest are kept."""
    import numpy as np

    spans = [(run.since.timestamp(), run.until.timestamp(), run.value) for run in runs]
    times = np.array([at for since, until, _ in spans for at in (since, until)])
    values = np.array([value for _, _, value in spans for _ in (0, 1)])
    edges = [begun, *(max(at, begun) for since, until, _ in spans for at in (since, until)), now]
    between = list(zip(edges[::2], edges[1::2], strict=True))
    gaps = [(start, end) for start, end in between if end - start > max_gap_s]
    gaps.sort(key=lambda gap: gap[0] - gap[1])
    return times, values, sorted(gaps[:_MOST_GAPS])
