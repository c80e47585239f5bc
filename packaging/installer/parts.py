"""What a frozen program is made of: Python, distributions of Python packages, the native libraries
that came along in them, system libraries."""

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from installer.bundled import bundled
from installer.inside import canonical

COMMON = Path("/usr/share/common-licenses")
_NAMED = re.compile(r"licen[cs]e|copying|notice|authors", re.I)
# Texts that a wheel lacks and its source archive has.
KEPT = Path(__file__).resolve().parents[1] / "licences"
# Wheels that name a licence and bring no text of it: the texts that stand on every Debian.
_TEXTS = {
    "pyside6-essentials": ("LGPL-3", "GPL-2", "GPL-3"),
    "shiboken6": ("LGPL-3", "GPL-2", "GPL-3"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """``kind`` is ``python``, ``pypi``, ``native`` or ``deb``; ``version`` of a native one may be
    empty; ``licences`` are files with its texts."""

    kind: str
    name: str
    version: str
    licence: str
    licences: tuple[Path, ...]
    home: str = ""
    summary: str = ""

    @property
    def purl(self) -> str:
        """Its package address, https://github.com/package-url/purl-spec."""
        match self.kind:
            case "pypi":
                return f"pkg:pypi/{self.name}@{self.version}"
            case "deb":
                return f"pkg:deb/debian/{self.name}@{self.version}"
        return f"pkg:generic/{self.name}" + (f"@{self.version}" if self.version else "")


def parts(contents: Path) -> list[Part]:
    """All of them, out of the list of files that the freezing wrote."""
    told = json.loads(contents.read_text("utf-8"))
    sources = {
        Path(source)
        for source in (*told["modules"].values(), *told["files"].values())
        if source and Path(source).is_absolute()
    }
    native = (
        Part(
            "native",
            one.library.name,
            one.version,
            one.library.licence,
            one.texts,
            one.library.home,
            f"In {', '.join(sorted({file.parent.name for file in one.files}))}",
        )
        for one in bundled(sources)
    )
    return [_python(), *_distributions(sources), *native, *_system(sources)]


def _python() -> Part:
    texts = [
        path
        for folder in (Path(sys.base_prefix), Path(sys.base_prefix) / "lib" / _lib())
        for path in folder.glob("LICENSE*")
    ]
    return Part(
        "python",
        "cpython",
        platform.python_version(),
        "Python-2.0.1",
        tuple(sorted(texts)),
        "https://www.python.org/",
        "The interpreter and its standard library",
    )


def _lib() -> str:
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _distributions(sources: set[Path]) -> Iterator[Part]:
    for one in sorted(metadata.distributions(), key=lambda d: canonical(d.metadata["Name"] or "")):
        name = canonical(one.metadata["Name"] or "")
        files = [Path(str(one.locate_file(file))) for file in one.files or ()]
        # Its metadata alone makes no part of it.
        if not any(file in sources for file in files if ".dist-info" not in str(file)):
            continue
        texts = tuple(
            file
            for file in files
            if ".dist-info" in str(file)
            and (_NAMED.match(file.name) or "licenses" in file.parts)
            and file.is_file()
        )
        kept = tuple(sorted((KEPT / name).glob("*")))
        common = tuple(COMMON / text for text in _TEXTS.get(name, ()) if (COMMON / text).is_file())
        yield Part(
            "pypi",
            name,
            one.version,
            _licence(one),
            texts or kept or common,
            _field(one, "Home-page") or _project_url(one),
            _field(one, "Summary"),
        )


def _licence(one: metadata.Distribution) -> str:
    if expression := _field(one, "License-Expression"):
        return expression
    classifiers = one.metadata.get_all("Classifier") or []
    named = [c.rpartition("::")[2].strip() for c in classifiers if c.startswith("License ::")]
    text = _field(one, "License").strip().splitlines()
    return " AND ".join(named) or (text[0][:100] if text else "not stated")


def _field(one: metadata.Distribution, name: str) -> str:
    values = one.metadata.get_all(name)
    return str(values[0]) if values else ""


def _project_url(one: metadata.Distribution) -> str:
    urls = one.metadata.get_all("Project-URL") or []
    return urls[0].partition(",")[2].strip() if urls else ""


def _system(sources: set[Path]) -> Iterator[Part]:
    """Debian packages whose libraries were copied in; nothing where the system is another."""
    query = shutil.which("dpkg-query")
    here = [path for path in sources if path.is_relative_to("/lib") or path.is_relative_to("/usr")]
    if query is None:
        return
    for package, version in sorted(owners(here).items()):
        copyright_ = Path("/usr/share/doc") / package / "copyright"
        yield Part(
            "deb",
            package,
            version,
            "see its copyright file",
            (copyright_,) if copyright_.is_file() else (),
            f"https://tracker.debian.org/pkg/{package}",
        )


def owners(files: list[Path]) -> dict[str, str]:
    """The Debian packages that the files are of, with their versions."""
    found: dict[str, str] = {}
    for path in files:
        for name in {path, path.resolve(), Path("/usr" + str(path)), _without_usr(path)}:
            answer = subprocess.run(
                ["dpkg-query", "-S", str(name)], capture_output=True, text=True, check=False
            )
            if answer.returncode == 0:
                package = answer.stdout.partition(":")[0]
                found[package] = _version(package)
                break
    return found


def _without_usr(path: Path) -> Path:
    return Path(str(path).removeprefix("/usr"))


def _version(package: str) -> str:
    command = ["dpkg-query", "-W", "-f", "${Version}\n", package]
    return subprocess.check_output(command, text=True).splitlines()[0]
