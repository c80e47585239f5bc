"""Task messages changed as they stand in a queue, byte for byte the same in all else.

Written with the standard library's JSON: it keeps numbers of any size, which the fast one rounds.
"""

import base64
import json
from typing import Any

from worker_core.operations import wire

SHOWN = 1024


def redirected(raw: bytes, exchange: str, routing_key: str) -> bytes:
    """``raw`` as published to another place. A worker that fails to finish it puts it back to
    where its delivery information points, whichever queue it came from.

    Raises:
        Unreadable: it is no message.
    """
    message = _parsed(raw)
    info = message["properties"].setdefault("delivery_info", {})
    if not isinstance(info, dict):
        raise wire.Unreadable("Its delivery information is damaged.")
    info |= {"exchange": exchange, "routing_key": routing_key}
    return _written(message)


def edited(raw: bytes, args: list[Any], kwargs: dict[str, Any]) -> bytes:
    """``raw`` with other arguments; what follows the task stays as it is.

    Raises:
        Unreadable: it is no message, or its content has a format that is never opened.
    """
    message = _parsed(raw)
    wire.body_of(message)  # refuses what is not JSON
    packed = message["properties"].get("body_encoding") == "base64"
    text = base64.b64decode(message["body"]) if packed else message["body"]
    body = json.loads(text)
    match body:
        case [list(), dict(), *rest]:
            body = [args, kwargs, *rest]
        case {"args": list(), "kwargs": dict()}:
            body |= {"args": args, "kwargs": kwargs}
        case _:
            raise wire.Unreadable("This is not a task: its arguments are not where they belong.")
    content = json.dumps(body).encode()
    message["body"] = base64.b64encode(content).decode() if packed else content.decode()
    headers = message["headers"]
    # Workers and dashboards show these in place of the arguments.
    for name, value in (("argsrepr", args), ("kwargsrepr", kwargs)):
        if name in headers:
            headers[name] = repr(value)[:SHOWN]
    return _written(message)


def _parsed(raw: bytes) -> dict[str, Any]:
    wire.parse(raw)  # raises for what is no message, also for nesting that json cannot take
    try:
        message: dict[str, Any] = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise wire.Unreadable("This is not a Celery message: it cannot be read.") from error
    for part in ("headers", "properties"):
        message.setdefault(part, {})
    return message


def _written(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()
