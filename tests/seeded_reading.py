"""The Documents page at work, for pictures."""

from collections.abc import Awaitable, Callable

from desktop_app.views.documents import DocumentsPage

Quiet = Callable[[], Awaitable[None]]


async def act(page: DocumentsPage, what: str, quiet: Quiet) -> None:
    """Do what the picture is to show: ``reader``, ``figures`` or ``search``."""
    if what == "reader":
        page.result.full_wanted.emit()
        await quiet()
        result = page.result.shown_result
        assert result is not None
        told = [s for s in result.sentences if s.label == "negative" and s.evidence]
        page.result.show_place(told[1].start, told[1].end)
    elif what == "figures":
        page.result.full_wanted.emit()
        page.result.panes.show_figures()
        await quiet()
        page.result.figures.metrics.clicked.emit(page.result.figures.metrics.rows.index(1, 0))
    elif what == "search":
        page.library.finder.field.setText("supplier fire")
        page.library.finder.now()
    await quiet()
