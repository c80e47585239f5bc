"""Tokens into a search. By falling precedence: ``not`` and ``-``, ``and`` or nothing, ``or``."""

from dataclasses import dataclass
from typing import Final

from desktop_app.monitor.query.errors import QuerySyntaxError
from desktop_app.monitor.query.lexer import Is, Token, tokens
from desktop_app.monitor.query.nodes import (
    Node,
    Query,
    Words,
    conjunction,
    disjunction,
    negation,
)
from desktop_app.monitor.query.values import condition, pattern

DEEPEST: Final = 50
"""Parentheses and negations inside one another."""

MOST: Final = 200
"""Conditions of a search, each value of a term counted."""

_ENDS_PART: Final = frozenset({Is.END, Is.CLOSE, Is.OR})


@dataclass(frozen=True, slots=True)
class Placed:
    """A part of a search and where it stands in the text."""

    node: Node
    start: int
    end: int


def parse(text: str) -> Query:
    """What a text asks for.

    :raises QuerySyntaxError: with the place and what to do about it
    """
    return Query(_Parser(text).whole())


def conjuncts(text: str) -> tuple[Placed, ...]:
    """The parts of a search that must all be met, with their places; a search that is an ``or`` is
    one part.

    :raises QuerySyntaxError: as ``parse`` does
    """
    parser = _Parser(text)
    parser.whole()
    return tuple(parser.outermost)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0
        self._count = 0
        self.outermost: list[Placed] = []

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._peek()
        self._place += 1
        return token

    def whole(self) -> Node | None:
        if self._peek().kind is Is.END:
            return None
        node = self._any()
        if self._peek().kind is not Is.END:
            raise QuerySyntaxError(
                "This parenthesis was never opened.",
                self._peek().start,
                self._peek().end,
                'Remove it, or put it in quotes: ")"',
            )
        return node

    def _any(self) -> Node:
        outermost = self._depth == 0
        start = self._peek().start
        parts = [self._all()]
        while self._peek().kind is Is.OR:
            self._take()
            parts.append(self._all())
        node = disjunction(parts)
        if outermost and len(parts) > 1:
            self.outermost = [Placed(node, start, self._tokens[self._place - 1].end)]
        return node

    def _all(self) -> Node:
        outermost = self._depth == 0
        placed = [self._placed()]
        while self._peek().kind not in _ENDS_PART:
            if self._peek().kind is Is.AND:
                self._take()
            placed.append(self._placed())
        if outermost:
            self.outermost = placed
        return conjunction([part.node for part in placed])

    def _placed(self) -> Placed:
        start = self._peek().start
        node = self._one()
        return Placed(node, start, self._tokens[self._place - 1].end)

    def _one(self) -> Node:
        token = self._take()
        match token.kind:
            case Is.NOT:
                self._deeper(token)
                node = negation(self._one())
                self._depth -= 1
                return node
            case Is.OPEN:
                self._deeper(token)
                node = self._inside(token)
                self._depth -= 1
                return node
            case Is.TERM:
                if self._peek().kind is Is.OPEN and not token.values:
                    raise QuerySyntaxError(
                        f"A parenthesis cannot follow “{token.text}:”.",
                        token.start,
                        self._peek().end,
                        f"Write several values with commas: {token.text}:one,two",
                    )
                self._counted(token, len(token.values))
                return condition(token)
            case Is.WORD | Is.PHRASE:
                self._counted(token, 1)
                return self._words(token)
            case _:
                raise self._unfinished(token)

    def _inside(self, opened: Token) -> Node:
        if self._peek().kind is Is.END:
            raise self._open(opened)
        if self._peek().kind is Is.CLOSE:
            raise QuerySyntaxError(
                "There is nothing between these parentheses.", opened.start, self._peek().end
            )
        node = self._any()
        if self._peek().kind is not Is.CLOSE:
            raise self._open(opened)
        self._take()
        return node

    @staticmethod
    def _open(token: Token) -> QuerySyntaxError:
        return QuerySyntaxError(
            "This parenthesis is not closed.", token.start, token.end, "Add a ) at its end."
        )

    @staticmethod
    def _words(token: Token) -> Node:
        quoted = token.kind is Is.PHRASE
        if not token.text:
            raise QuerySyntaxError(
                "There is nothing between these quotation marks.", token.start, token.end
            )
        if not quoted and not token.text.strip("*?"):
            raise QuerySyntaxError(
                "This fits any task.", token.start, token.end, "Add some letters, or remove it."
            )
        return Words(pattern(token.text, token.start, token.end, quoted=quoted))

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QuerySyntaxError(
                f"More than {DEEPEST} parentheses or negations stand inside one another.",
                token.start,
                token.end,
                "Remove some.",
            )

    def _counted(self, token: Token, more: int) -> None:
        self._count += more
        if self._count > MOST:
            raise QuerySyntaxError(
                f"There are more than {MOST} conditions.", token.start, token.end, "Remove some."
            )

    def _unfinished(self, token: Token) -> QuerySyntaxError:
        """Something must stand before this token, or after the one before it."""
        before = self._tokens[self._place - 2] if self._place > 1 else None
        if before is None and token.kind is Is.CLOSE:
            return QuerySyntaxError(
                "This parenthesis was never opened.",
                token.start,
                token.end,
                'Remove it, or put it in quotes: ")"',
            )
        if before is None or before.kind is Is.OPEN:
            return QuerySyntaxError(
                f"Something is missing before “{token.text}”.",
                token.start,
                token.end,
                f'To search for the word itself, put it in quotes: "{token.text}"',
            )
        return QuerySyntaxError(
            f"Something is missing after “{before.text or '-'}”.",
            before.start,
            before.end,
            "Add a condition.",
        )
