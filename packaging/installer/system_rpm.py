"""An rpm that says what a Debian has, for whose libraries rpm's own database is empty.

With it dnf decides by itself whether a package's requirements are met, as it does on Fedora.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

NAME = "libraries-of-this-system"
SPEC = """\
Name: {name}
Version: 1
Release: 1
Summary: What the loader of this system finds
License: Apache-2.0
BuildArch: noarch
AutoReqProv: no
{provides}

%description
What the loader of this system finds.

%files
"""


def provides(loader: str, glibc: str) -> list[str]:
    """What ``ldconfig -p`` and ``getconf GNU_LIBC_VERSION`` say, in the names of rpm."""
    libraries = set(re.findall(r"^\s(\S+\.so\S*) \(libc6,x86-64", loader, re.M))
    newest = int(glibc.rsplit(maxsplit=1)[-1].split(".")[1])
    versions = [f"libc.so.6(GLIBC_2.{minor})" for minor in range(2, newest + 1)]
    named = [*sorted(f"{one}()" for one in libraries), *versions]
    return ["/bin/sh", *(f"{name}(64bit)" for name in named)]


def build(run: Callable[..., "subprocess.CompletedProcess[str]"], root: Path) -> str:
    """Build it in the system whose files lie below ``root``; its path there.

    ``run`` runs words there, as root.
    """
    folder = "/opt/system-rpm"
    (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    found = provides(
        run("/sbin/ldconfig", "-p").stdout, run("getconf", "GNU_LIBC_VERSION").stdout.strip()
    )
    lines = "\n".join(f"Provides: {name}" for name in found)
    spec = f"{folder}/system.spec"
    (root / spec.lstrip("/")).write_text(SPEC.format(name=NAME, provides=lines), "utf-8")
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}", spec)
    return f"{folder}/RPMS/noarch/{NAME}-1-1.noarch.rpm"
