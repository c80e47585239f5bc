"""The fonts of a report, and which of them has a letter.

Inter comes with the program and is embedded. Chinese, Japanese and Korean have no font here: they
are written in fonts that PDF readers bring along. What nothing has is shown as a box.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, Final

import resources

TEXT: Final = "Inter"
BOLD: Final = "InterSemiBold"
MONO: Final = "JetBrainsMono"
CHINESE: Final = "STSong-Light"
JAPANESE: Final = "HeiseiKakuGo-W5"
KOREAN: Final = "HYGothic-Medium"
BOX: Final = "\N{WHITE SQUARE}"

_KANA: Final = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_HANGUL: Final = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))
_HAN: Final = ((0x2E80, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
               (0xFF00, 0xFF65))  # fmt: skip


@cache
def register() -> None:
    """Make the fonts known to ReportLab, once a process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    regular, bold, mono = resources.report_font_paths()
    for name, path in ((TEXT, regular), (BOLD, bold), (MONO, mono)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(TEXT, normal=TEXT, bold=BOLD, italic=TEXT, boldItalic=BOLD)
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


@cache
def _letters(font: str) -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    register()
    face: Any = pdfmetrics.getFont(font).face
    return frozenset(face.charToGlyph)


def runs(text: str, font: str = TEXT) -> Iterator[tuple[str, str]]:
    """``text`` in parts, each with a font that has its letters: ``font`` where that does."""
    japanese = any(_within(ord(letter), _KANA) for letter in text)
    for name, letters in groupby(text, lambda letter: _font_of(letter, font, japanese)):
        part = "".join(letters)
        yield (name, part) if name else (font, BOX * len(part))


def _font_of(letter: str, font: str, japanese: bool) -> str:
    code = ord(letter)
    if code < 0x80 or code in _letters(font):
        return font
    if code in _letters(MONO):
        return MONO
    if _within(code, _KANA):
        return JAPANESE
    if _within(code, _HANGUL):
        return KOREAN
    if _within(code, _HAN):
        return JAPANESE if japanese else CHINESE
    return ""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def width(text: str, size: float, font: str = TEXT) -> float:
    """Of ``text`` on one line, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    register()
    return float(sum(stringWidth(part, name, size) for name, part in runs(text, font)))
