"""What is wrong with an entry, field by field. Nothing here touches a widget."""

import math
import re
from collections.abc import Collection, Mapping

from desktop_app.ui import formats
from worker_core.catalog import TASKS
from worker_core.operations.errors import InvalidArguments
from worker_core.operations.schedule import validate
from worker_core.storage import ScheduleEdit

LONGEST_NAME = 64
NEEDED = "is needed"
# In the order in which they stand below each other.
_TITLES = {
    "name": "Name",
    "task": "Task",
    "expression": "When",
    "timezone": "Time zone",
    "expires_s": "Not started later than",
}


def problems(name: str, wanted: ScheduleEdit, taken: Collection[str]) -> dict[str, str]:
    """What cannot be used, in words that follow the label, apart from the arguments. ``taken``:
    names that it cannot have."""
    found: dict[str, str] = {}
    try:
        validate(name, wanted)
    except InvalidArguments as error:
        found = dict(error.fields)
    if not name:
        found["name"] = NEEDED
    elif name in taken:
        found["name"] = "is taken"
    if wanted.task not in TASKS:
        found["task"] = "must be one of the list" if wanted.task else NEEDED
    if not wanted.expression:
        found["expression"] = NEEDED
    if wanted.expires_s is not None and math.isnan(wanted.expires_s):
        found["expires_s"] = "must be a number"
    return {field: found[field] for field in _TITLES if field in found}


def next_step(wrong: Mapping[str, str]) -> str:
    """What has to be done about these problems; empty where there are none."""
    if not wrong:
        return ""
    lacking = all(text == NEEDED for text in wrong.values())
    names = formats.listed([_TITLES[field] for field in wrong])
    return f"Fill in {names}" if lacking else f"Correct {names}"


def free_name(task: str, taken: Collection[str]) -> str:
    """A name after a task that no entry has."""
    base = re.sub(r"[^a-z0-9]+", "-", task.rpartition(".")[2].lower()).strip("-")
    name, number = base[: LONGEST_NAME - 4], 2
    while name in taken:
        name, number = f"{base[: LONGEST_NAME - 4]}-{number}", number + 1
    return name
