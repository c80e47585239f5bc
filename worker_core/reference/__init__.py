"""The reference pages in Markdown, written from the catalog, the settings, the commands and the
HTTP API's own document, so that none of them can say anything else than the code."""

from pathlib import Path


def pages() -> dict[str, str]:
    """The text of every reference page by its file name."""
    from worker_core.cli import cli
    from worker_core.reference import commands, configuration, http, tasks

    return {
        "tasks.md": tasks.page(),
        "settings.md": configuration.page(),
        "commands.md": commands.page(cli),
        "api.md": http.page(),
    }


def write(folder: Path) -> list[Path]:
    """Writes the pages into ``folder``, which is made if need be, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        path = folder / name
        path.write_text(text, "utf-8", newline="\n")
        written.append(path)
    return written
