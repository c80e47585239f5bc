"""Letters that a PDF draws as one glyph and that come out of it as a code without a meaning.

PDFium gives U+FFFE both for a hyphen at the end of a line and for a ligature (fi, fl, ff, ffi,
ffl) of a font that does not say which letters it stands for.
"""

import re

_MARK = "\ufffe"
_WORD = re.compile(rf"[\w{_MARK}]*{_MARK}[\w{_MARK}]*")
_LIGATURES = ("fi", "ff", "fl", "ffi", "ffl")

# Parts of words that finance writing uses, each standing for a family: "financ" for financial,
# financing, refinance.
_STEMS = re.compile(
    r"""affect|affili|afford|amplifi|artifici|benefi|buffer|certifi|chief|clarifi|classifi|coeffici
    |confid|configur|confirm|conflict|defici|defin|deflat|differ|difficult|diffus|diversifi|effect
    |efficac|efficien|effort|fiduciar|field|fifteen|fifth|fifty|fight|figur|^file|^filing|fill|filter
    |^final|financ|^find|^fine|finish|finite|^fire|^firm|^first|fiscal|^fit|^five|^fix|flag|flash
    |^flat|fleet|flex|flight|^float|flood|^floor|flow|fluctu|fluid|fulfil|identifi|indemnifi
    |infinit|inflat|inflection|inflow|influenc|influx|justifi|layoff|magnifi|modifi|notifi
    |^off(?![ci])|office|official|outflow|pacifi|payoff|profi|proficien|qualifi|quantifi|ratifi
    |rectifi|refin|reflect|sacrifi|satisfi|scientifi|signifi|simplifi|specifi|spinoff|staff|stiff
    |stuff|suffer|suffic|suffix|tariff|testifi|trade-?off|traffic|unifi|verifi|workflow""",
    re.IGNORECASE | re.VERBOSE,
)


def repair(text: str) -> str:
    """``text`` with lost ligatures and end-of-line hyphens put back."""
    return _WORD.sub(_repaired, text) if _MARK in text else text


def _repaired(found: re.Match[str]) -> str:
    word = found[0]
    place = word.index(_MARK)
    for ligature in _LIGATURES:
        candidate = word.replace(_MARK, ligature)
        for stem in _STEMS.finditer(candidate):
            if stem.start() <= place and place + len(ligature) <= stem.end():
                return candidate
    return word.replace(_MARK, "-")
