"""Lines of the log, whatever is logged."""

import json
import logging
import sys

from worker_core import logs


def record(text: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("a.logger", logging.INFO, __file__, 1, text, args, None)


def test_a_json_line_is_one_line_whatever_it_says() -> None:
    odd = 'a\nb\r\u2028"}\x1b[31m\x00'
    line = logs.JsonFormatter().format(record("%s", odd))
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == odd


def test_a_traceback_is_within_the_line() -> None:
    try:
        int("a\nb")
    except ValueError:
        failed = record("It failed")
        failed.exc_info = sys.exc_info()
    line = logs.JsonFormatter().format(failed)
    assert len(line.splitlines()) == 1
    assert "ValueError" in json.loads(line)["traceback"]


def test_what_belongs_to_a_record_is_in_its_line() -> None:
    def told() -> dict[str, str]:
        return {"task_id": "an-id"}

    logs.add_context(told)
    logs.add_context(told)
    try:
        line = json.loads(logs.JsonFormatter().format(record("Read.")))
    finally:
        logs._context.remove(told)
    assert (line["task_id"], line["message"], line["logger"]) == ("an-id", "Read.", "a.logger")
    assert told not in logs._context
