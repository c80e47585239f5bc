"""How a package is put in, replaced and taken out: by apt and dpkg, or by rpm."""

import re
from typing import Protocol

from installer.chroot import Chroot
from installer.steps import StepFailedError

NAME = "afi-desk"


class Manager(Protocol):
    """Works inside a bare system, as root. Each raises subprocess.CalledProcessError."""

    def install(self, chroot: Chroot, file: str) -> str:
        """Put it in with what it declares to need; what to tell of it."""
        ...

    def replace(self, chroot: Chroot, file: str) -> None:
        """Put another version in its place, also an older one."""
        ...

    def remove(self, chroot: Chroot) -> str:
        """Take it out; what it said."""
        ...


class Apt:
    """A .deb."""

    def install(self, chroot: Chroot, file: str) -> str:
        before = _packages(chroot)
        chroot.run("apt-get", "update", "-q")
        chroot.run("apt-get", "install", "-y", "-q", "--no-install-recommends", file)
        new = _packages(chroot) - before - {NAME}
        return f"with {len(new)} packages that it needs"

    def replace(self, chroot: Chroot, file: str) -> None:
        chroot.run("dpkg", "-i", file)

    def remove(self, chroot: Chroot) -> str:
        return chroot.run("apt-get", "purge", "-y", "-q", NAME).stdout


class Rpm:
    """An .rpm, by rpm itself on a Debian. Its database knows no package there, so that what the
    package requires is held against the libraries that the loader finds."""

    def __init__(self, packages: list[str]) -> None:
        self.packages = packages

    def install(self, chroot: Chroot, file: str) -> str:
        chroot.run("apt-get", "update", "-q")
        base = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
        # One of several names is written as a choice.
        names = [re.split(r"[ |]", package)[0] for package in self.packages]
        chroot.run(*base, "rpm", *names)
        asked = chroot.run("rpm", "-qp", "--requires", file).stdout.split("\n")
        libraries = {m[1] for one in asked if (m := re.match(r"(lib[^(]+\.so[^(]*)\(", one))}
        known = chroot.run("/sbin/ldconfig", "-p").stdout
        if missing := sorted(name for name in libraries if f"\t{name} " not in known):
            raise StepFailedError(f"required, and not in the system: {', '.join(missing)}")
        chroot.run("rpm", "-i", "--nodeps", file)
        chroot.run("rpm", "-V", "--nodeps", NAME)
        return f"the {len(libraries)} libraries that it requires are there"

    def replace(self, chroot: Chroot, file: str) -> None:
        chroot.run("rpm", "-U", "--force", "--nodeps", file)

    def remove(self, chroot: Chroot) -> str:
        return chroot.run("rpm", "-e", NAME).stdout


def _packages(chroot: Chroot) -> set[str]:
    return set(chroot.run("dpkg-query", "-W", "-f", "${Package}\n").stdout.split())
