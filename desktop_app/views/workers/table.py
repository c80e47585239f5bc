"""The table of workers."""

from collections.abc import Callable
from typing import Final

from desktop_app.qt_models.fleet_table import Column as Place
from desktop_app.ui import formats
from desktop_app.ui.columns import AnyIndex, Column, Kind
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tables import Table
from desktop_app.ui.tokens import Size

_LATE_SECONDS: Final = 5.0


def _late(index: AnyIndex) -> str | None:
    age = index.data()
    return "warning" if age is not None and age > _LATE_SECONDS else None


_COLUMNS: Final = {
    Place.STATE: Column(Kind.STATE, 92),
    Place.NAME: Column(width=190),
    Place.HEARD: Column(Kind.NUMBER, 62, format=formats.age, ink=_late),
    Place.POOL: Column(width=78),
    Place.SLOTS: Column(Kind.NUMBER, 58),
    Place.RATE: Column(Kind.NUMBER, 68, format=formats.compact),
    Place.PROCESSED: Column(Kind.NUMBER, 84, format=formats.compact),
    Place.MEMORY: Column(Kind.NUMBER, 78, format=formats.size),
    Place.LOAD: Column(Kind.NUMBER, 54, format=lambda load: f"{load:.2f}"),
    Place.CLOCK: Column(
        Kind.NUMBER, 62, format=lambda ahead: f"{ahead:+.0f} s", ink=lambda _: "warning"
    ),
    Place.VERSION: Column(width=64),
    Place.QUEUES: Column(stretch=True),
}


class FleetTable(Table):
    def __init__(self, to_cluster: Callable[[], object]) -> None:
        super().__init__("Workers", [_COLUMNS[place] for place in Place])
        self.setMinimumHeight(Size.HEADER + 3 * Size.ROW)
        self.set_empty(
            EmptyState(
                "workers",
                "No worker has been heard of",
                "Start one on the Local cluster page, or anywhere with: afi worker",
                "Local cluster",
                to_cluster,
            )
        )
