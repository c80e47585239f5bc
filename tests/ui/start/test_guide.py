"""The guide is offered where it is there, and where it lies is said where nothing opens it."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QUrl

from desktop_app import guide
from desktop_app.ui.messages import Messages


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packaged program's own."""
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    made = tmp_path / "guide" / "index.html"
    made.parent.mkdir()
    made.write_text("<p>The guide")
    return made


def test_without_its_pages_it_is_not_offered(page: Path) -> None:
    page.unlink()
    assert guide.guide_page() is None
    assert list(guide.Guide(Mock(Messages)).actions()) == []


def test_it_is_opened_by_the_program_for_web_pages(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(address: QUrl) -> bool:
        opened.append(address.toLocalFile())
        return True

    monkeypatch.setattr("desktop_app.guide.QDesktopServices.openUrl", open_url)
    messages = Mock(Messages)
    (action,) = guide.Guide(messages).actions()
    action.callback()
    assert opened == [str(page)]
    messages.warn.assert_not_called()


def test_where_nothing_opens_it_its_place_is_told(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.guide.QDesktopServices.openUrl", lambda _address: False)
    messages = Mock(Messages)
    (action,) = guide.Guide(messages).actions()
    action.callback()
    assert str(page) in messages.warn.call_args.args[1]
