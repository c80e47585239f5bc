"""The man pages, out of what the commands say of themselves."""

import click


def manual(version: str) -> dict[str, str]:
    """The text of each page, by its name."""
    return {"afi-desk": _window(version), "afi": _command_line(version)}


def _window(version: str) -> str:
    return (
        f'.TH AFI-DESK 1 "" "AFI Desk {version}" "User commands"\n'
        ".SH NAME\nafi\\-desk \\- document and market intelligence for a research team\n"
        ".SH SYNOPSIS\n.B afi\\-desk\n[\\fB\\-\\-try\\fR] [\\fIFILE\\fR ...]\n.br\n"
        ".B afi\\-desk afi\n\\fICOMMAND\\fR ...\n"
        ".SH DESCRIPTION\nOpens the window, and puts the files into its tray. "
        "Where it is open already it is raised, and given the files.\n"
        ".SH OPTIONS\n.TP\n.B \\-\\-try\nStart a broker and workers on this computer and process "
        "the sample filings.\n.TP\n.B \\-\\-check\nSee whether the window can be painted, and "
        "end.\n"
        ".SH EXIT STATUS\n0 when it was closed, 2 for words it does not know, 4 without a screen, "
        "5 when a part of it cannot be loaded, 6 when it runs already and does not answer.\n"
        ".SH FILES\n.TP\n.I ~/.local/share/afi\\-desk\nThe database, its copies, stored files, the "
        "broker and the logs. It stays when the package is removed.\n.TP\n"
        ".I ~/.config/afi\\-desk/settings.json\nThe settings.\n"
        ".SH SEE ALSO\n.BR afi (1)\n"
    )


def _command_line(version: str) -> str:
    from worker_core.cli import cli

    context = click.Context(cli, info_name="afi")
    parts = [
        f'.TH AFI 1 "" "AFI Desk {version}" "User commands"',
        ".SH NAME\nafi \\- the command line of AFI Desk",
        ".SH SYNOPSIS\n.B afi\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] ...",
        ".SH COMMANDS",
    ]
    for name in sorted(cli.list_commands(context)):
        command = cli.get_command(context, name)
        if command is None or command.hidden:
            continue
        parts.append(f".TP\n.B {_roff(name)}\n{_roff(command.get_short_help_str(300))}")
    parts.append(".PP\nEach says more of itself with \\fB\\-\\-help\\fR.")
    parts.append(".SH SEE ALSO\n.BR afi\\-desk (1)")
    return "\n".join(parts) + "\n"


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line[:1] in ".'" else line for line in text.splitlines())
