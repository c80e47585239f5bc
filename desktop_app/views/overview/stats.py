"""The four numbers of the overview."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.ui import formats
from desktop_app.ui.cards import StatCard
from desktop_app.ui.tokens import Space, Tone
from desktop_app.views.overview.concerns import ALARMING_SHARE
from desktop_app.views.overview.picture import Picture

_REMEMBERED_SECONDS = 300
_WHOLE_HOUR_S = 3540


class Stats(QWidget):
    """Throughput, failures, waiting and running tasks. Refresh it once a second."""

    def __init__(self) -> None:
        super().__init__()
        self._throughput = StatCard("Throughput", "Tasks that ended, over the last minute")
        self._failed = StatCard("Failed", "Share of the tasks that ended in the last hour")
        self._waiting = StatCard("Waiting", "Messages in all queues at the last count")
        self._busy = StatCard("Busy slots", "Tasks that workers run now")
        # The monitor keeps no course of this number, so what is shown was seen here.
        self._busy_seen: deque[float] = deque(maxlen=_REMEMBERED_SECONDS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        for card in self._cards():
            layout.addWidget(card, 1)

    def forget(self) -> None:
        """After a time in which nobody looked, the course of what was seen begins anew."""
        self._busy_seen.clear()

    def refresh(self, picture: Picture, now: float) -> None:
        live = picture.connection.status == "live"
        self._show_throughput(picture)
        self._show_failed(picture, now)
        self._show_waiting(picture, now)
        self._show_busy(picture, live=live)
        for card in self._cards():
            card.set_stale(not live)

    def _cards(self) -> tuple[StatCard, ...]:
        return self._throughput, self._failed, self._waiting, self._busy

    def _show_throughput(self, picture: Picture) -> None:
        hour, series = picture.hour, picture.series
        if hour is None or series is None or hour.rate is None:
            self._throughput.set_value(formats.NOTHING, "No events yet")
            return
        from desktop_app.views.overview import figures

        course = figures.per_minute(series.succeeded + series.failed, 10)
        known = "the last hour" if hour.known_s >= _WHOLE_HOUR_S else formats.age(hour.known_s)
        mean = f"{_rate(hour.hourly_rate)}/min over {known}"
        self._throughput.set_value(
            _rate(hour.rate),
            mean if hour.ended else "No task has ended in the last hour",
            unit="/min",
            history=_course(figures.spark(course)),
        )

    def _show_failed(self, picture: Picture, now: float) -> None:
        hour, series, failures = picture.hour, picture.series, picture.failures(now)
        if hour is None or series is None or not (hour.ended or failures):
            self._failed.set_value(formats.NOTHING, "No task has ended in the last hour")
            return
        from desktop_app.views.overview import figures

        share = failures.share if failures else 0.0
        count = failures.count if failures else 0
        tone = None if not share else Tone.DANGER if share >= ALARMING_SHARE else Tone.WARNING
        number, _, unit = formats.percent(share).partition(" ")
        self._failed.set_value(
            number,
            f"{formats.count(count)} of {formats.count(max(hour.ended, count))} in the last hour",
            unit=unit,
            tone=tone,
            history=_course(figures.spark(series.failed)),
        )

    def _show_waiting(self, picture: Picture, now: float) -> None:
        waiting = picture.counters.waiting
        if waiting is None:
            self._waiting.set_value(formats.NOTHING, "Not counted yet")
            return
        oldest = picture.oldest_wait(now)
        detail = "Nothing waits"
        if waiting:
            detail = "Since when is unknown"
        if oldest is not None:
            least = "" if oldest.exact else "at least "
            detail = f"The oldest for {least}{formats.age(max(oldest.seconds, 1))}"
        history: list[float] = []
        if picture.series is not None:
            from desktop_app.views.overview import figures

            history = figures.spark(picture.series.depth)
        self._waiting.set_value(formats.compact(waiting), detail, history=_course(history))

    def _show_busy(self, picture: Picture, *, live: bool) -> None:
        running = picture.counters.running
        if picture.connection.status == "idle":
            self._busy.set_value(formats.NOTHING, "No events yet")
            return
        if live:
            self._busy_seen.append(running)
        online = picture.online
        working = sum(1 for worker in online if worker.active)
        detail = f"{working} of {formats.plural(len(online), 'worker')} at work"
        self._busy.set_value(
            formats.compact(running),
            detail if online else "No worker is online",
            history=_course(self._busy_seen),
        )


def _rate(value: float | None) -> str:
    if value is None:
        return formats.NOTHING
    return f"{value:.1f}" if 0 < value < 10 else formats.compact(round(value))


def _course(values: Iterable[float]) -> list[float]:
    """What a card draws: a line along zero says nothing that the number does not."""
    course = list(values)
    return course if any(course) else []
