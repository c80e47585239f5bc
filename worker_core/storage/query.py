"""What a reader types into a search, as clauses.

The language is that of the web's searches: every word must be there, ``"words in quotes"`` stand
next to each other, ``-word`` must not be there, ``one OR other`` is either. Nothing in it can be
wrong: what is not a word only separates words, so that no database's own query syntax is reached.
"""

import re
import unicodedata
from dataclasses import dataclass

from worker_core.storage.errors import StorageError

MAX_CHARACTERS = 1000
MAX_WORDS = 32

Phrase = tuple[str, ...]
"""Words that stand next to each other."""

# A number's parts are words of their own, as they are to both databases.
WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Query:
    """Each of ``wanted`` must be matched by one of its phrases; none of ``unwanted`` may be."""

    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()


def parse(text: str) -> Query:
    """The query that ``text`` means.

    Raises:
        StorageError: it is too long, or names nothing to look for; code ``bad_query``.
    """
    if len(text) > MAX_CHARACTERS:
        raise _too_long()
    wanted: list[tuple[Phrase, ...]] = []
    unwanted: list[Phrase] = []
    either = False
    for token in _TOKEN.finditer(unicodedata.normalize("NFC", text)):
        if token["bare"] == "OR" and not token["minus"]:
            either = bool(wanted)
            continue
        phrase = tuple(WORD.findall(token["quoted"] or token["bare"] or ""))
        if not phrase:
            continue
        if token["minus"]:
            unwanted.append(phrase)
        elif either:
            wanted[-1] = (*wanted[-1], phrase)
        else:
            wanted.append((phrase,))
        either = False
    if sum(map(len, (*unwanted, *(one for clause in wanted for one in clause)))) > MAX_WORDS:
        raise _too_long()
    if not wanted:
        raise StorageError(
            "bad_query",
            "The search names no word to look for."
            if not unwanted
            else "The search only says what must not be there.",
            "Type one or more words.",
        )
    return Query(tuple(wanted), tuple(unwanted))


def _too_long() -> StorageError:
    return StorageError(
        "bad_query",
        f"The search is longer than {MAX_WORDS} words or {MAX_CHARACTERS} characters.",
        "Look for the few words that matter most.",
    )
