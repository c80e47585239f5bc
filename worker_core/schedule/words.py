"""Timetables in the words of people."""

_UNITS = ((86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "min"), (1, "s", "s"))
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_SHORT = tuple(day[:3].lower() for day in _DAYS)


def every_words(seconds: float) -> str:
    """Such as ``every 5 min``, ``every day``."""
    for size, one, several in _UNITS:
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"every {one}" if number == 1 and size >= 60 else f"every {number} {several}"
    return f"every {seconds:.6g} s"


def cron_words(expression: str) -> str:
    """Such as ``every 5 min``, ``daily at 02:20``; the expression itself where it is complex."""
    match expression.split():
        case ["*", "*", "*", "*", "*"]:
            return "every minute"
        case [minute, "*", "*", "*", "*"] if minute.isdigit():
            return f"hourly at :{int(minute):02}"
        case [minute, "*", "*", "*", "*"] if (step := minute.removeprefix("*/")).isdigit():
            # Others begin anew with each hour.
            if 60 % int(step) == 0:
                return f"every {int(step)} min"
        case [minute, hour, "*", "*", days] if minute.isdigit() and hour.isdigit():
            if (on := _days(days)) is not None:
                return f"{on} at {int(hour):02}:{int(minute):02}"
    return f"cron {expression}"


def _days(field: str) -> str | None:
    if field in {"*", "1-5", "mon-fri"}:
        return "daily" if field == "*" else "Monday to Friday"
    if field in _SHORT:
        return f"{_DAYS[_SHORT.index(field)]}s"
    return f"{_DAYS[int(field) % 7]}s" if field.isdigit() else None
