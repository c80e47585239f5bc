"""The pages of the window, one in front."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import isValid


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: ``factory`` builds it when it is first shown. Without ``icon`` it is not on the
    rail. ``key`` leads to it instead of the number of its place there."""

    id: str
    title: str
    icon: str
    factory: Callable[[], QWidget]
    key: str = ""


class PageStack(QStackedWidget):
    """Builds each page at its first show, and tells it when it comes into sight and leaves it
    through its ``shown()`` and ``hidden()``, if it has them."""

    built = Signal(str, QWidget)
    """A page, or what stands in for it, before it is shown for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, QWidget] = {}
        self._instead: Mapping[str, Callable[[], QWidget]] = {}
        self._standing_in: dict[str, QWidget] = {}
        self._current: str | None = None
        self._in_sight: QWidget | None = None
        self._focus: dict[str, QWidget] = {}
        self._conduct = {"set_production": False, "set_read_only": False}

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
        """The page, or what stands in for it, built now if it has not been shown yet."""
        if page in self._instead:
            return self._built(self._standing_in, page, self._instead[page])
        return self._built(self._pages, page, self._specs[page].factory)

    def _built(
        self, known: dict[str, QWidget], page: str, factory: Callable[[], QWidget]
    ) -> QWidget:
        if page not in known:
            widget = known[page] = factory()
            self.addWidget(widget)
            self._tell_conduct(widget)
            # The two are arranged each by itself.
            self.built.emit(page if known is self._pages else f"{page}, another", widget)
        return known[page]

    def stand_in(self, instead: Mapping[str, Callable[[], QWidget]]) -> None:
        """Show what these build in place of the pages of their ids, until others are named. The
        pages themselves are kept as they are, out of sight."""
        in_sight = self._in_sight is not None
        self._see(None)
        gone, self._standing_in = self._standing_in, {}
        self._instead = dict(instead)
        if self._current is not None:
            self.bring(self._current, in_sight=in_sight)
        for widget in gone.values():
            self.removeWidget(widget)
            widget.hide()
            widget.deleteLater()

    def bring(self, page: str, *, in_sight: bool) -> None:
        """Put a page in front; ``in_sight`` is whether the window itself can be seen."""
        widget = self.page(page)
        self._remember_focus()
        self._see(None)
        self._current = page
        self.setCurrentWidget(widget)
        self.set_in_sight(in_sight)

    def set_in_sight(self, in_sight: bool) -> None:
        """The window can be seen, or no more."""
        self._see(self.page(self._current) if in_sight and self._current else None)

    def set_conduct(self, *, production: bool, read_only: bool) -> None:
        """Tell every page, also those that are built later, whether a mistake would hurt and
        whether anything may be changed at all."""
        self._conduct = {"set_production": production, "set_read_only": read_only}
        for page in (*self._pages.values(), *self._standing_in.values()):
            self._tell_conduct(page)

    def _tell_conduct(self, page: QWidget) -> None:
        for hook, value in self._conduct.items():
            _call(page, hook, value)

    def _see(self, page: QWidget | None) -> None:
        before, self._in_sight = self._in_sight, page
        if page is before:
            return
        if before is not None:
            _call(before, "hidden")
        if page is not None:
            _call(page, "shown")

    def take_focus(self) -> None:
        """The keyboard follows to the page in front: to where it was there, at first to what the
        page itself says, else to what Qt has chosen, the first widget that takes it."""
        page, kept = self.currentWidget(), self._focus.get(self._current or "")
        focus = QApplication.focusWidget()
        if kept is not None and isValid(kept) and kept.isVisible():
            kept.setFocus()
        elif page is not None and (
            page.focusProxy() is not None or focus is None or not page.isAncestorOf(focus)
        ):
            page.setFocus()

    def _remember_focus(self) -> None:
        page, focus = self.currentWidget(), QApplication.focusWidget()
        if page is not None and focus is not None and page.isAncestorOf(focus):
            self._focus[self._current or ""] = focus

    def search(self) -> None:
        """Lead to the search of the page in front, if it has one: its ``search()``."""
        if self._in_sight is not None:
            _call(self._in_sight, "search")


def _call(page: QWidget, hook: str, *values: object) -> None:
    method = getattr(page, hook, None)
    if method is not None:
        method(*values)
