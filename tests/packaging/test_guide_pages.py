"""The documentation as it lies in the packaged program."""

import re
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from installer import guide

    target = tmp_path_factory.mktemp("guide") / "guide"
    guide.build(Path(__file__).resolve().parents[2], target)
    return target


def test_every_page_and_picture_that_a_page_leads_to_is_there(pages: Path) -> None:
    found = 0
    for page in pages.rglob("*.html"):
        for place in re.findall(r'(?:href|src)="?([^"\s>#]+)', page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", place):
                assert (page.parent / place).exists(), f"{page.name}: {place}"
                found += 1
    assert found > 500
    text = "".join(page.read_text("utf-8") for page in pages.rglob("*.html"))
    pictures = [picture.name for picture in pages.glob("screenshots/*")]
    assert len(pictures) > 5
    assert all(name in text for name in pictures)
    assert {"first-steps.html", "troubleshooting.html"} <= {p.name for p in pages.rglob("*.html")}


def test_nothing_is_asked_of_a_server(pages: Path) -> None:
    for page in pages.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="?(?:https?:)?//', text), page
    assert not list(pages.rglob("lunr*"))


def test_what_of_others_it_holds_is_told(pages: Path) -> None:
    from installer import guide

    told = guide.sources(pages)
    assert set(told) == {
        str(file.relative_to(pages.parent)) for file in pages.rglob("*") if file.is_file()
    }
    of_others = {place: source for place, source in told.items() if source}
    assert any(place.endswith(".css") for place in of_others)
    assert not any(place.endswith(".html") for place in of_others)
    for place, source in of_others.items():
        assert (pages.parent / place).read_bytes() == Path(source).read_bytes()
