"""What others wrote, measured in the same run: in environments of their own, made when first asked.

A peer is no dependency of the project. It is installed, at a stated version, into a folder of the
user's cache, and runs as a process of its own that takes JSON and answers JSON.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_INSTALL_S = 600
_RUN_S = 1800


class PeerMissingError(Exception):
    """The peer cannot be installed here: as a rule the package index cannot be reached."""


def ask(packages: Sequence[str], script: str, given: object) -> Any:
    """What ``script`` prints as JSON, with ``packages`` installed and ``given`` as its input.

    Args:
        packages: with their versions: ``sumy==0.13.0``.
        script: Python; it finds the input in ``given`` and calls ``answer`` once.

    Raises:
        PeerMissingError: the packages cannot be installed, or the script fails.
    """
    code = (
        "import json, sys\n"
        "given = json.load(sys.stdin)\n"
        "def answer(value): json.dump(value, sys.__stdout__)\n"
        "sys.stdout = sys.stderr\n" + script
    )
    interpreter = _environment(tuple(packages))
    try:
        done = subprocess.run(
            [str(interpreter), "-I", "-c", code],
            input=json.dumps(given).encode(),
            capture_output=True,
            timeout=_RUN_S,
            check=True,
        )
        return json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise PeerMissingError(f"{packages[0]} failed: {' '.join(last)}") from error
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise PeerMissingError(f"{packages[0]} gave no answer: {error}") from error


@lru_cache
def _environment(packages: tuple[str, ...]) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = hashlib.sha256("\n".join((sys.version, *packages)).encode()).hexdigest()[:16]
    folder = cache / "afi-desk" / "peers" / key
    windows = os.name == "nt"
    interpreter = folder / ("Scripts/python.exe" if windows else "bin/python")
    stamp = folder / "installed"
    if stamp.exists():
        return interpreter
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv.exe" if windows else "uv"))
    shutil.rmtree(folder, ignore_errors=True)
    commands = (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", str(interpreter), *packages],
    )
    for command in commands:
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_S)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or b""
            last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise PeerMissingError(
                f"{packages[0]} cannot be installed here, so it is not measured. {' '.join(last)}"
            ) from error
    stamp.touch()
    return interpreter
