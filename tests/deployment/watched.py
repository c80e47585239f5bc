"""What the users of a broker asked it for, by what it saw itself."""

import re
import socket
import threading
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

LINE = re.compile(r"\+\S+ \[\d+ (?P<source>[^\]]*)\] (?P<words>.*)")
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPED = re.compile(r"\\(x[0-9a-f]{2}|.)")
PLAIN = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b"}
# Commands whose second word says which of them it is.
CONTAINERS = frozenset({"script", "acl", "client", "config", "memory", "object", "xinfo"})

Call = tuple[str, ...]


class Watch:
    """Follows MONITOR, and sorts what it shows by where it came from: each user comes from an
    address of its own. What a script does belongs to who called it."""

    def __init__(self, administrator: str, sources: dict[str, str]) -> None:
        """``sources`` maps addresses to users."""
        self._sources = sources
        parts = urlsplit(administrator)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._lines = self._socket.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        login = f"AUTH {parts.username} {parts.password}\r\nMONITOR\r\n"
        self._socket.sendall(login.encode())
        assert [self._lines.readline() for _ in range(2)] == ["+OK\r\n"] * 2
        self._seen: list[str] = []
        self._thread = threading.Thread(target=self._follow, name="watch")
        self._thread.start()

    def _follow(self) -> None:
        self._seen.extend(self._lines)

    def close(self) -> dict[str, set[Call]]:
        """Stop listening; every call of each user, the command in lower case at first."""
        if self._thread.is_alive():
            self._socket.sendall(b"QUIT\r\n")
            self._thread.join()
            self._lines.close()
            self._socket.close()
        asked: dict[str, set[Call]] = defaultdict(set)
        caller = None
        for line in self._seen:
            if (found := LINE.match(line)) is None:
                continue
            words = [_unescaped(word) for word in WORD.findall(found["words"])]
            if found["source"] == "lua":
                user = caller
            else:
                user = self._sources.get(found["source"].rpartition(":")[0])
                if words[0].lower().startswith("eval"):
                    caller = user
            if user is not None:
                asked[user].add(_call(words))
        return asked


def _unescaped(word: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if len(code) == 3 else PLAIN.get(code, code)

    return ESCAPED.sub(plain, word)


def _call(words: Sequence[str]) -> Call:
    name, rest = words[0].lower(), words[1:]
    if name in CONTAINERS and rest:
        name, rest = f"{name}|{rest[0].lower()}", rest[1:]
    return (name, *rest)
