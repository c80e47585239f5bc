"""What ``--open`` names on a page of a screenshot, opened."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from desktop_app.pages import Pages
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell

SETTLED_LOOKS = 8
LOOK_S = 0.1
OPENED_ROW = 6
PATIENCE_LOOKS = 200


def model_of(words: str | None) -> dict[str, str] | None:
    """``forecast.metric:Tuning`` as the page takes it."""
    kind, _, tab = (words or "").partition(":")
    return {"kind": kind, "tab": tab} if kind else None


async def open_part(
    shell: Shell, pages: Pages, page: QWidget, name: str, wanted: str, background: Background
) -> None:
    """What ``--open`` names on the page."""
    if name == "insights":
        await _look_at(shell, wanted, background)
    elif name == "documents" and wanted:
        await _read(page, wanted, lambda: quiet(background))
    elif name == "alerts" and wanted:
        pages.go("alerts", {"edit": wanted})
        await quiet(background)


async def open_first(shell: Shell) -> None:
    """The details of a task some rows down, which has time to be read."""
    # Not before the time stands still: the page takes it as it finds it.
    from desktop_app.views.tasks import TasksPage

    await asyncio.sleep(LOOK_S)
    page = shell.show_page("tasks")
    if isinstance(page, TasksPage) and page.model.rowCount() > OPENED_ROW:
        page.table.selectRow(OPENED_ROW)
        page.table.opened.emit(page.model.index(OPENED_ROW, 0))


async def _look_at(shell: Shell, what: str, background: Background) -> None:
    """A second company beside the first, or an anomaly in all detail."""
    from desktop_app.views.insights import InsightsPage
    from desktop_app.views.insights.drawn import key_of

    page = shell.show_page("insights")
    if not isinstance(page, InsightsPage):
        return
    if what == "compare":
        page.compare.field.setText("MSFT")
        page.compare.add.click()
        await quiet(background)
    elif what == "anomaly":
        rows = page.company.side.anomalies.model.rows
        row = next(place for place, one in enumerate(rows) if one.kind != "metric")
        page.company.side.anomalies.opened.emit(key_of(rows[row]))
        await quiet(background)


async def _read(page: QWidget, what: str, quiet: Callable[[], Awaitable[None]]) -> None:
    from desktop_app.views.documents import DocumentsPage
    from tests.seeded_reading import act

    if isinstance(page, DocumentsPage):
        await act(page, what, quiet)


async def quiet(background: Background) -> None:
    """Wait until nothing has been under way for a while."""
    looks = 0
    for _ in range(PATIENCE_LOOKS):
        await asyncio.sleep(LOOK_S)
        looks = 0 if background.busy else looks + 1
        if looks >= SETTLED_LOOKS:
            return
