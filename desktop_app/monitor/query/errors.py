"""What is wrong with a search, in words for the one who types it."""


class QuerySyntaxError(ValueError):
    """``message`` says what is wrong between the characters ``start`` and ``end`` of the text,
    ``hint`` what to do next; it may be empty."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
