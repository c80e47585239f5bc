"""Which distributions a frozen program is made of."""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement


def canonical(name: str) -> str:
    """A distribution's name in the one spelling that is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def runtime_distributions(root: Path) -> list[str]:
    """What the project needs at run time on this system, what that needs, and so on."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [(text, frozenset[str]()) for text in project["dependencies"]]
    found: dict[str, set[str]] = {}
    while waiting:
        text, extras = waiting.pop()
        requirement = Requirement(text)
        if not _applies(requirement, extras):
            continue
        name, wanted = canonical(requirement.name), frozenset(requirement.extras)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            sys.stderr.write(f"{name} is needed and not installed\n")
            continue
        if name in found and wanted <= found[name]:
            continue
        found.setdefault(name, set()).update(wanted)
        waiting += [(need, wanted) for need in distribution.requires or ()]
    return sorted(found)


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    if requirement.marker is None:
        return True
    base = {key: str(value) for key, value in default_environment().items()}
    return any(requirement.marker.evaluate({**base, "extra": one}) for one in ("", *extras))
