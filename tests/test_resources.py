"""What travels with the package is there and can be read, from wherever it is installed."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import resources

ROOT = Path(str(files("resources")))
ICONS = sorted(path.stem for path in (ROOT / "icons").glob("*.svg"))
OPEN_TYPE = (b"OTTO", b"\x00\x01\x00\x00")
PNG = b"\x89PNG\r\n\x1a\n"


def test_the_fonts_are_fonts_and_their_licences_stand_beside_them() -> None:
    paths = resources.font_paths()
    assert len(paths) == 4
    assert all(path.read_bytes()[:4] in OPEN_TYPE for path in paths)
    for family in ("Inter", "JetBrainsMono"):
        licence = (ROOT / "fonts" / f"OFL-{family}.txt").read_text("utf-8")
        assert "SIL OPEN FONT LICENSE" in licence.upper()


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_a_square_drawing_in_the_ink_of_its_place(name: str) -> None:
    svg = resources.icon_svg(name)
    root = ET.fromstring(svg)  # noqa: S314  our own files
    assert root.tag.endswith("svg")
    left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, height)
    assert "currentColor" in svg
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", svg)


def test_the_icon_of_the_application_is_there_in_every_size() -> None:
    for path, size in zip(resources.app_icon_paths(), resources.APP_ICON_SIZES, strict=True):
        head = path.read_bytes()[:24]
        assert head.startswith(PNG)
        assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (size, size)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_theme_is_a_table_of_colours(name: str) -> None:
    values = resources.theme(name)
    series = values.pop("series")
    assert all(re.fullmatch(r"#(?:[0-9A-F]{2})?[0-9A-F]{6}", value) for value in values.values())
    assert len(series) == 8


def test_the_sample_prices_are_those_of_seven_symbols() -> None:
    prices = resources.sample_prices()
    assert list(prices.columns) == [
        "ticker",
        "date",
        "open",
        "high",
        "low",
        "close",
        "adj_close",
        "volume",
        "source",
    ]
    assert prices["ticker"].nunique() == 7
    assert not prices.duplicated(["ticker", "date"]).any()
    assert (prices[["open", "high", "low", "close"]] > 0).all(axis=None)
    assert (prices["high"] >= prices["low"]).all()
    assert (prices.groupby("ticker").size() > 100).all()


def test_the_sample_documents_are_filings_that_can_be_read() -> None:
    documents = resources.sample_documents()
    assert {document.form for document in documents} == {"10-K", "8-K"}
    for document in documents:
        assert document.company in document.path.read_text("utf-8")
        assert document.title


def test_where_the_samples_come_from_is_said() -> None:
    notice = (ROOT / "samples" / "NOTICE").read_text("utf-8")
    told = [line for line in notice.splitlines() if line and not line.startswith(" ")]
    for path in (resources.sample_prices_path(), *(d.path for d in resources.sample_documents())):
        assert any(fnmatch(path.name, pattern) for pattern in told), path.name


def test_a_file_that_is_missing_is_named_with_what_to_do() -> None:
    with pytest.raises(resources.ResourceError, match=r"icons/no-such\.svg.*Install .* again"):
        resources.icon_path("no-such")


def test_they_are_found_from_any_folder_and_load_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, resources;"
        "resources.font_paths(), resources.app_icon_paths(), resources.theme('dark');"
        "resources.sample_documents(), resources.sample_prices_path();"
        "print(sorted({'pandas', 'fastparquet', 'PySide6'} & sys.modules.keys()))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert asked.stdout.strip() == "[]"
