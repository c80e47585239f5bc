"""Sentences with their place in the text, and which of them are prose."""

import re

from worker_core.documents.lines import is_capitalised, is_row
from worker_core.documents.model import Sentence

# Written so that no text makes it slow: each run of stops is tried once, and never again in part.
_BOUNDARY = re.compile(
    r"\n+|(?<![.!?])(?P<stop>[.!?]++[\"'”’)\]]*+)[ \t]++"
    r"(?=[\"'“\u2018(\[$€£•]?[A-Z0-9]|[\"“\u2018(\[$€£•–—])"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABBREVIATIONS = _words("""
    adm al approx apr art aug ave bros capt cf col corp cos dec dept dist dr ed est esq fed feb fig
    gen gov hon jan jr jul jun lt ltd maj mar mr mrs ms mt no nos nov oct p pp pres prof pub rep rev
    sec sen sep sept sgt sr st supp v viz vol vs
""")
# These end a sentence as often as not: what follows decides.
_ENDING_ABBREVIATIONS = _words("""
    co company corp etc inc jr llc lp ltd plc sr u.s u.k u.n e.u a.m p.m
""")
_NEVER_ENDING = _words("reg e.g i.e cf vs ph.d no nos mr mrs ms dr st fig")
_STARTERS = _words("""
    a an and although as at after additionally all any because before both but by certain despite
    during each excluding first following for from furthermore further given he her his however i if
    in including it its management many moreover most net no not on once one operating other our
    over revenue sales second see several she since so some such that the their then there these
    they third this those through to total under until upon we what when where which while who with
    without you
""")
_LAST_WORD = re.compile(r"([\w.&'’]+)$")
_FIRST_WORD = re.compile(r"[\"'“\u2018(\[]*([\w’']+)")
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)?$")

_LONGEST = 2000
"""Characters in a sentence at most. What is longer was not written to be read."""

_FEWEST_WORDS = 5
_FEWEST_OF_A_STATEMENT = 3
_WORDS_OF_A_LINE = 9


def split_sentences(text: str, limit: int) -> list[Sentence]:
    """The first ``limit`` sentences; a line ends one, so headings and table rows are alone."""
    sentences: list[Sentence] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        stop = boundary["stop"]
        if stop is None:
            end = boundary.start()
        elif _goes_on(text, start, boundary):
            continue
        else:
            end = boundary.end("stop")
        _append(sentences, text, start, end)
        if len(sentences) >= limit:
            return sentences
        start = boundary.end()
    _append(sentences, text, start, len(text))
    return sentences


def is_prose(sentence: str) -> bool:
    """Whether a sentence says something in words: no table row, heading, label or address."""
    if len(sentence) > _LONGEST:
        return False
    words = sentence.split()
    if len(words) < _FEWEST_WORDS or is_row(sentence):
        return False
    small = sum(1 for word in words if word[0].islower())
    if small < 0.3 * len(words):
        return False
    if sentence.rstrip("\"'”’)]").endswith((".", "!", "?", ":", ";")):
        return True
    return len(words) >= _WORDS_OF_A_LINE and not is_capitalised(sentence)


def is_short_statement(sentence: str) -> bool:
    """Whether a sentence too short for prose still states something: "The outlook was raised."

    Of fragments and headings, which filings have more of, these few are told by what a sentence
    begins and ends with, and by its small letters.
    """
    words = sentence.split()
    if not _FEWEST_OF_A_STATEMENT <= len(words) < _FEWEST_WORDS or is_row(sentence):
        return False
    small = sum(1 for word in words if word[0].islower())
    whole = sentence[0].isupper() and sentence.endswith((".", "!")) and "”" not in sentence
    return whole and 2 * small >= len(words)


def _append(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    sentence = raw.strip()
    if sentence:
        start += len(raw) - len(raw.lstrip())
        sentences.append(Sentence(sentence, start, start + len(sentence)))


def _goes_on(text: str, start: int, boundary: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation or a number in a list."""
    if boundary["stop"] != ".":
        return False
    place = boundary.start()
    last = _LAST_WORD.search(text, max(start, place - 24), place)
    if last is None:
        return False
    word = last[1].lower().rstrip(".")
    if last.start() == start and _LIST_NUMBER.match(word):
        return True
    if word in _NEVER_ENDING:
        return True
    initial = len(word) == 1 and last[1].isupper()
    if initial or word in _ABBREVIATIONS or word in _ENDING_ABBREVIATIONS or "." in word:
        following = _FIRST_WORD.match(text, boundary.end())
        return following is None or following[1].lower() not in _STARTERS
    return False
