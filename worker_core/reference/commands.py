"""The reference page of the command line in Markdown, written from the commands themselves."""

from collections.abc import Iterator

import click

_INTRO = """\
# Commands

Written from `worker_core/cli/` by `afi reference`; a change here would be overwritten.

From a checkout each is called through `./dev afi …`, installed as a package it is `afi …`. A
command ends with 0 when it did what was asked, with 1 when it could not and says why, with 2 when
its words were not understood. Every one has `--help`.
"""


def page(root: click.Group) -> str:
    """The text of ``docs/reference/commands.md``."""
    commands = list(_commands(root, ("afi",)))
    overview = "\n".join(
        f"| [`{' '.join(path)}`](#{'-'.join(path)}) | {_first_sentence(command)} |"
        for path, command in commands
    )
    sections = [_section(path, command) for path, command in commands]
    return "\n".join([_INTRO, "| Command | What it does |\n| --- | --- |", overview, "", *sections])


def _commands(
    group: click.Group, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _section(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=path[-1])
    usage = " ".join([*path, *command.collect_usage_pieces(context)])
    lines = [f"## {' '.join(path)}", "", *_paragraphs(command), f"    {usage}", ""]
    rows = [
        record
        for parameter in command.params
        if (record := parameter.get_help_record(context)) is not None
    ]
    if rows:
        lines += ["| Option | Meaning |", "| --- | --- |"]
        lines += [f"| `{_cell(option)}` | {_cell(meaning)} |" for option, meaning in rows]
        lines.append("")
    return "\n".join(lines)


def _paragraphs(command: click.Command) -> Iterator[str]:
    """The help text; what click leaves as it is written (after ``\\b``) is a block of code."""
    told = (command.help or "").split("\f")[0]
    for paragraph in told.split("\n\n"):
        if paragraph.startswith("\b"):
            yield "\n".join(f"    {line}" for line in paragraph.split("\n")[1:])
        else:
            yield " ".join(paragraph.split())
        yield ""


def _first_sentence(command: click.Command) -> str:
    told = (command.help or "").replace("\b", "").partition("\n\n")[0]
    return _cell(" ".join(told.split()).partition(". ")[0].rstrip("."))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
