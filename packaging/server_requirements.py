#!/usr/bin/env python3
"""Prints the part of requirements.lock that a server needs: neither the window nor the tools.

    python packaging/server_requirements.py requirements.lock > server.lock

Every line keeps its hashes. Who needs a package stands in the lock's own comments.
"""

import re
import sys
from pathlib import Path

PROJECT = "afi-desk (pyproject.toml)"
WINDOW = frozenset({"pyqtgraph", "pyside6-essentials", "qasync"})
_START = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==")


def chosen(lock: str) -> str:
    """Those blocks of a lock that the project needs at run time, but for the window.

    Raises:
        ValueError: ``lock`` is no lock with hashes and comments.
    """
    blocks = _blocks(lock)
    needed = {name for name, block in blocks.items() if PROJECT in _via(block)} - WINDOW
    if not needed:
        raise ValueError("this is no requirements.lock: nothing in it is needed by afi-desk")
    found: set[str] = set()
    while needed != found:
        found = needed
        more = {name for name, block in blocks.items() if found.intersection(_via(block))}
        needed = found | more
    return "".join(block for name, block in blocks.items() if name in needed)


def _blocks(lock: str) -> dict[str, str]:
    blocks: dict[str, str] = {}
    name = ""
    for line in lock.splitlines(keepends=True):
        if start := _START.match(line):
            name = start["name"]
        if name:
            blocks[name] = blocks.get(name, "") + line
    for name, block in blocks.items():
        if "--hash=sha256:" not in block:
            raise ValueError(f"{name} has no hash")
    return blocks


def _via(block: str) -> set[str]:
    words = (line.strip("# \n") for line in block.splitlines() if line.lstrip().startswith("#"))
    return {word.removeprefix("via").strip() for word in words} - {""}


if __name__ == "__main__":
    sys.stdout.write(chosen(Path(sys.argv[1]).read_text("utf-8")))
