"""Icons, fonts, themes and sample data, and the one way to read them.

Everything is found through :mod:`importlib.resources`, so that it works the same from a checkout,
an installed wheel and a frozen application.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

APP_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


class ResourceError(Exception):
    """A file that ships with the application is not there: the installation is damaged."""


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A filing of an invented company, to try the application with."""

    title: str
    company: str
    form: str
    path: Path


_SAMPLE_DOCUMENTS = (
    ("Annual report for 2024", "10-K", "example_harrow_vale_10k_2024.html"),
    ("Results of the fourth quarter of 2024", "8-K", "example_harrow_vale_release_q4_2024.html"),
    ("Results of the first quarter of 2025", "8-K", "example_harrow_vale_release_q1_2025.txt"),
)


@cache
def _path(*parts: str) -> Path:
    path = Path(str(files(__name__).joinpath(*parts)))
    if not path.is_file():
        raise ResourceError(
            f"The file {'/'.join(parts)} of AFI Desk is missing. Install the application again."
        )
    return path


def font_paths() -> list[Path]:
    """The bundled fonts: Inter in three weights and JetBrains Mono."""
    names = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
    return [_path("fonts", name) for name in (*names, "JetBrainsMono-Regular.ttf")]


def report_font_paths() -> list[Path]:
    """Fonts with the outlines that can be embedded in a PDF: Inter in two weights, converted from
    those above, and JetBrains Mono."""
    names = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "JetBrainsMono-Regular.ttf")
    return [_path("fonts", name) for name in names]


def icon_path(name: str) -> Path:
    return _path("icons", f"{name}.svg")


@cache
def icon_svg(name: str) -> str:
    """The drawing of an icon. ``currentColor`` is its ink; ``knockout`` is the ink of a sign that
    stands on a filled shape."""
    return icon_path(name).read_text(encoding="utf-8")


def app_icon_paths() -> list[Path]:
    """The application's icon as PNG, smallest first."""
    return [_path("icons", "app", f"afi-desk-{size}.png") for size in APP_ICON_SIZES]


def theme(name: str) -> dict[str, Any]:
    """The colours of the theme ``light`` or ``dark``, by token."""
    loaded: dict[str, Any] = json.loads(_path("themes", f"{name}.json").read_text("utf-8"))
    return loaded


def sample_prices_path() -> Path:
    return _path("samples", "sample_ohlcv.parquet")


def sample_prices() -> "pd.DataFrame":
    """Daily prices in long form, one row a symbol and day: ticker, date, open, high, low, close,
    adj_close, volume, source."""
    from fastparquet import ParquetFile

    with sample_prices_path().open("rb") as file:
        frame: pd.DataFrame = ParquetFile(file).to_pandas()
    return frame


def sentiment_model_path() -> Path:
    """The bundled model of the tone of sentences; its notices stand beside it."""
    return _path("models", "sentiment_linear.npz")


def release_sentences_path() -> Path:
    """Labelled sentences in the manner of company releases: columns text and label. They are
    invented, and part of what the bundled model is trained from."""
    return _path("models", "release_sentences.csv")


def sample_documents() -> list[SampleDocument]:
    return [
        SampleDocument(title, "Harrow Vale Instruments", form, _path("samples", name))
        for title, form, name in _SAMPLE_DOCUMENTS
    ]
