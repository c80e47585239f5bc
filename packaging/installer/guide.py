"""The documentation, as pages that a browser opens from the disk."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

# A browser lets no page from the disk search.
_SETTINGS = """\
INHERIT: {settings}
docs_dir: {pages}
plugins: []
theme:
  features: [navigation.indexes, content.code.copy]
"""
_FOR_SERVERS = (
    "404.html",
    "sitemap.xml*",
    "assets/javascripts/lunr",
    "assets/javascripts/workers",
    "assets/**/*.map",
)
_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def build(root: Path, target: Path) -> None:
    """Write them below ``target``, strictly: a dead link is an error. Pictures that no page shows
    are left out.

    Raises:
        subprocess.CalledProcessError: they cannot be built; what was said stands above.
    """
    root = root.absolute()
    with tempfile.TemporaryDirectory() as place:
        settings = Path(place) / "mkdocs.yml"
        settings.write_text(
            _SETTINGS.format(
                settings=json.dumps(str(root / "mkdocs.yml")), pages=json.dumps(str(root / "docs"))
            ),
            "utf-8",
        )
        words = ["build", "--strict", "--quiet", "--config-file", str(settings)]
        subprocess.run(
            [sys.executable, "-m", "mkdocs", *words, "--site-dir", str(target.absolute())],
            check=True,
            env={**os.environ, **_QUIET},
            cwd=root,
        )
    for left in _FOR_SERVERS:
        for path in target.glob(left):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shown = "".join(page.read_text("utf-8") for page in target.rglob("*.html"))
    for picture in target.glob("screenshots/*"):
        if picture.name not in shown:
            picture.unlink()


def sources(target: Path) -> dict[str, str]:
    """All files below ``target``, and where those of others came from, for the bill of materials;
    ours are of nobody."""
    own = (file.relative_to(target) for file in target.rglob("*") if file.is_file())
    found = {f"{target.name}/{place.as_posix()}": "" for place in own}
    for file in metadata.files("mkdocs-material") or []:
        _, templates, place = str(file).partition("material/templates/")
        if templates and (target / place).is_file():
            found[f"{target.name}/{place}"] = str(file.locate())
    return found
