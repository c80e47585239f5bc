from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop_app.ui import theme
from desktop_app.ui.tokens import Tokens, Tone, load

READABLE = 4.5
VISIBLE = 3.0
THEMES = ("light", "dark")
INKS = ("text", "text_muted", "text_faint", *Tone)
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover", "pressed", "selected")


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_text_can_be_read_on_every_ground(name: str, ink: str, ground: str) -> None:
    t = load(name)
    assert contrast(t.ink(ink), getattr(t, ground)) >= READABLE


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_can_be_read_on_its_soft_ground_and_a_sign_on_its_solid_one(
    name: str, tone: Tone
) -> None:
    t = load(name)
    assert contrast(t.ink(tone), t.soft(tone)) >= READABLE
    assert contrast(t.on_solid, t.ink(tone)) >= READABLE


@pytest.mark.parametrize("name", THEMES)
def test_words_on_a_primary_button_can_be_read(name: str) -> None:
    t = load(name)
    assert contrast(t.on_accent, t.accent) >= READABLE
    assert contrast(t.on_accent, t.accent_hover) >= READABLE


@pytest.mark.parametrize("name", THEMES)
def test_lines_of_a_chart_and_the_ring_of_the_focus_can_be_seen(name: str) -> None:
    t = load(name)
    assert all(contrast(colour, t.surface) >= VISIBLE for colour in t.series)
    assert contrast(t.focus, t.surface) >= VISIBLE
    assert contrast(t.focus, t.canvas) >= VISIBLE


def test_both_themes_have_the_same_tokens() -> None:
    light, dark = load("light"), load("dark")
    assert light.__slots__ == dark.__slots__
    assert len(light.series) == len(dark.series) == 8
    assert light.surface.lightness() > dark.surface.lightness()


def test_a_place_in_the_series_is_a_colour_and_places_repeat(qapp: QApplication) -> None:
    t: Tokens = theme.tokens()
    assert t.ink("series:1") == t.series[1]
    assert t.ink("series:9") == t.series[1]


@pytest.fixture
def _no_cache() -> None:
    load.cache_clear()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": None}, "text"),
        ({"shine": "#FFFFFF"}, "shine"),
        ({"text": "no colour"}, "text"),
        ({"series": ["#FFFFFF", "?"]}, "series"),
    ],
    ids=["missing", "unknown", "unreadable", "unreadable in the series"],
)
def test_a_theme_with_a_fault_is_refused_by_the_name_of_the_token(
    change: dict[str, object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resources

    whole = resources.theme("light")
    broken = {key: value for key, value in (whole | change).items() if value is not None}
    monkeypatch.setattr(resources, "theme", lambda _name: broken)
    with pytest.raises(ValueError, match=f"theme odd:.*{told}"):
        load("odd")
