"""The pages of the window, one in front."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: ``factory`` builds it when it is first shown. Without ``icon`` it is not on the
    rail."""

    id: str
    title: str
    icon: str
    factory: Callable[[], QWidget]


class PageStack(QStackedWidget):
    """Builds each page at its first show, and tells it when it comes into sight and leaves it
    through its ``shown()`` and ``hidden()``, if it has them."""

    def __init__(self) -> None:
        super().__init__()
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, QWidget] = {}
        self._current: str | None = None
        self._in_sight: QWidget | None = None

    @property
    def current(self) -> str | None:
        return self._current

    @property
    def on_rail(self) -> list[PageSpec]:
        return [spec for spec in self._specs.values() if spec.icon]

    def add(self, spec: PageSpec) -> None:
        self._specs[spec.id] = spec

    def title(self, page: str) -> str:
        return self._specs[page].title

    def page(self, page: str) -> QWidget:
        """The page, built now if it has not been shown yet."""
        if page not in self._pages:
            widget = self._specs[page].factory()
            self._pages[page] = widget
            self.addWidget(widget)
        return self._pages[page]

    def bring(self, page: str, *, in_sight: bool) -> None:
        """Put a page in front; ``in_sight`` is whether the window itself can be seen."""
        widget = self.page(page)
        self._see(None)
        self._current = page
        self.setCurrentWidget(widget)
        self.set_in_sight(in_sight)

    def set_in_sight(self, in_sight: bool) -> None:
        """The window can be seen, or no more."""
        self._see(self._pages.get(self._current or "") if in_sight else None)

    def _see(self, page: QWidget | None) -> None:
        before, self._in_sight = self._in_sight, page
        if page is before:
            return
        if before is not None:
            _call(before, "hidden")
        if page is not None:
            _call(page, "shown")

    def take_focus(self) -> None:
        """The keyboard follows to the page in front, unless it is there already."""
        page, focus = self.currentWidget(), QApplication.focusWidget()
        if page is not None and (focus is None or not page.isAncestorOf(focus)):
            page.setFocus()

    def search(self) -> None:
        """Lead to the search of the page in front, if it has one: its ``search()``."""
        if self._in_sight is not None:
            _call(self._in_sight, "search")


def _call(page: QWidget, hook: str) -> None:
    method = getattr(page, hook, None)
    if method is not None:
        method()
