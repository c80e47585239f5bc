"""A reader that does what damaged bytes make a library do; the file says which."""

import os
import signal
from pathlib import Path

from worker_core.documents.model import MIB, Limits


def preload() -> None:
    """Nothing is needed."""


def read(path: Path, _filename: str, _limits: Limits) -> str:
    word = path.read_text()
    if word == "ends":
        os.kill(os.getpid(), signal.SIGSEGV)
    while word == "hangs":
        pass
    while word == "grows":
        held = [bytearray(MIB)]
        held *= 2**40
    raise KeyError(word)
