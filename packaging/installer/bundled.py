"""Native libraries that came along inside Python wheels, which name them in no metadata.

`auditwheel` copies them beside a package (``psycopg_binary.libs``); Qt brings its own ICU.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DOCUMENTS = Path("/usr/share/doc")


@dataclass(frozen=True, slots=True)
class Library:
    """``packages`` are Debian's packages of it, the first that is there lends its licence's text;
    ``says`` finds the version in the library itself: its file's name has that of the interface."""

    name: str
    licence: str
    packages: tuple[str, ...]
    home: str
    says: bytes = rb""


_GCC = Library(
    "gcc-runtime",
    "GPL-3.0-or-later WITH GCC-exception-3.1",
    ("libgcc-s1", "libgomp1", "libquadmath0"),
    "https://gcc.gnu.org/",
)
_OPENSSL = Library(
    "openssl",
    "Apache-2.0",
    ("libssl3", "libssl3t64", "openssl"),
    "https://www.openssl.org/",
    rb"OpenSSL (\d+\.\d+\.\d+[a-z]?) ",
)
_KRB5 = Library("krb5", "MIT", ("libkrb5-3",), "https://web.mit.edu/kerberos/")
_OPENLDAP = Library(
    "openldap", "OLDAP-2.8", ("libldap-2.5-0", "libldap2"), "https://www.openldap.org/"
)
_KNOWN = {
    "libssl": _OPENSSL,
    "libcrypto": _OPENSSL,
    "libpq": Library("libpq", "PostgreSQL", ("libpq5",), "https://www.postgresql.org/"),
    "libldap": _OPENLDAP,
    "liblber": _OPENLDAP,
    "libsasl2": Library(
        "cyrus-sasl", "BSD-3-Clause-Attribution", ("libsasl2-2",), "https://www.cyrusimap.org/sasl/"
    ),
    "libkrb5": _KRB5,
    "libk5crypto": _KRB5,
    "libkrb5support": _KRB5,
    "libgssapi_krb5": _KRB5,
    "libcom_err": Library(
        "libcom-err", "MIT", ("libcom-err2",), "https://e2fsprogs.sourceforge.net/"
    ),
    "libkeyutils": Library(
        "keyutils", "LGPL-2.1-or-later", ("libkeyutils1",), "https://people.redhat.com/dhowells/"
    ),
    "libcrypt": Library(
        "libcrypt", "LGPL-2.1-or-later", ("libcrypt1",), "https://www.gnu.org/software/libc/"
    ),
    "libgfortran": _GCC,
    "libquadmath": _GCC,
    "libgomp": _GCC,
    "libscipy_openblas": Library(
        "openblas",
        "BSD-3-Clause",
        (),
        "https://www.openblas.net/",
        rb"OpenBLAS (\d+\.\d+\.\d+(?:\.dev)?)",
    ),
    "libicu": Library("icu", "Unicode-3.0", ("libicu72", "libicu76"), "https://icu.unicode.org/"),
}
_FILE = re.compile(r"(?P<stem>lib[A-Za-z0-9_+]+?)(?:64_)?(?:-[0-9a-f]{8})*\.so(?:\..+)?")
_ICU = re.compile(r"libicu[a-z0-9]+\.so\.\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """One library, with all files of it; ``version`` is empty where the library does not say it;
    ``texts`` are those of its licence."""

    library: Library
    version: str
    files: tuple[Path, ...]
    texts: tuple[Path, ...]


def bundled(sources: Iterable[Path]) -> list[Found]:
    """What is in ``sources`` of them, by name. One that is not known has no text, and is told."""
    files: dict[Library, list[Path]] = {}
    for path in sorted(sources):
        if (library := _named(path)) is not None:
            files.setdefault(library, []).append(path)
    return sorted(_found(files), key=lambda one: one.library.name)


def _named(path: Path) -> Library | None:
    if _ICU.fullmatch(path.name):
        return _KNOWN["libicu"]
    if not path.parent.name.endswith(".libs") or ".so" not in path.name:
        return None
    match = _FILE.fullmatch(path.name)
    stem = match["stem"] if match else path.name
    return _KNOWN.get(stem, Library(stem, "not stated", (), ""))


def _found(files: dict[Library, list[Path]]) -> Iterator[Found]:
    for library, ours in files.items():
        texts = [DOCUMENTS / package / "copyright" for package in library.packages]
        there = [text for text in texts if text.is_file()][:1]
        if library.name == "openblas":
            there = _of_wheel(ours)
        yield Found(library, _version(library, ours), tuple(ours), tuple(there))


def _version(library: Library, paths: list[Path]) -> str:
    if library.name == "icu":
        return paths[0].name.rpartition(".")[2]
    if library.says:
        for path in paths:
            if match := re.search(library.says, path.read_bytes()):
                return match[1].decode()
    return ""


def _of_wheel(paths: list[Path]) -> list[Path]:
    """numpy and SciPy tell in their own licence what OpenBLAS's is."""
    for path in paths:
        package = path.parent.name.removesuffix(".libs")
        for text in sorted(path.parent.parent.glob(f"{package}-*.dist-info/**/LICENSE*.txt")):
            if b"OpenBLAS" in text.read_bytes():
                return [text]
    return []
