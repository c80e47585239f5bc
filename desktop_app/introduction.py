"""The tour of the window: three things that a newcomer would not find by looking."""

from PySide6.QtCore import QObject

from desktop_app.ui.command_palette import Action
from desktop_app.ui.messages import MessageAction
from desktop_app.ui.shell import Shell
from desktop_app.ui.tour import Step, Tour
from desktop_app.window_state import WindowState


class Introduction(QObject):
    """Offers the tour once, after the first result, and to whoever asks for it in Ctrl+K."""

    def __init__(self, shell: Shell, state: WindowState) -> None:
        super().__init__(shell)
        self._shell, self._state = shell, state
        shell.providers.append(self._actions)

    def offer(self) -> None:
        """Once in the life of this user's settings."""
        if not self._state.toured:
            self._state.toured = True
            self._shell.messages.info(
                "That was the first result.",
                "A tour of three steps shows what else the window does.",
                MessageAction("Take the tour", self.begin),
            )

    def begin(self) -> None:
        shell = self._shell
        Tour(
            shell,
            [
                Step(
                    shell.rail_button("documents"),
                    "Drop files on any page",
                    "Filings, releases, spreadsheets, or a ZIP of them. Each gets a row that says "
                    "how far it is, and then what it says: sections, figures, tone, summary.",
                ),
                Step(
                    shell.strip.finder,
                    "Ctrl+K finds everything",
                    "Pages, tasks, queues, workers, documents, symbols and actions, by a few "
                    "letters of their name. The key ? shows all other keys.",
                ),
                Step(
                    shell.strip.figures,
                    "Is all well?",
                    "These figures are on every page, and each leads to what it counts. The page "
                    "Overview says what is worst, since when, and the one step that helps.",
                ),
            ],
        ).open()

    def _actions(self) -> list[Action]:
        return [Action("Take the tour", "Help", self.begin)]
