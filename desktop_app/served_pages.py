"""What stands in place of the pages that a connection over the API cannot fill."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from desktop_app.services.served_documents import ServedDocuments
from desktop_app.ui.background import Background
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages

Go = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Notice:
    """Why a page is not there, what can be done instead, and where that is."""

    icon: str
    sentence: str
    hint: str
    action: str
    page: str


_OTHER = ("Choose a connection", "connections")
NOTICES: Final[Mapping[str, Notice]] = {
    "overview": Notice(
        "overview",
        "The overview is of the whole system, and this connection shows what is yours",
        "Your tasks, as they happen, are on the page Tasks; how many tasks wait in all, and how "
        "many of yours run or failed, stands above.",
        "Go to Tasks",
        "tasks",
    ),
    "queues": Notice(
        "queues",
        "Messages in queues are seen through the broker alone",
        "A task of yours that waits can be cancelled on the page Tasks. To look into a queue, or "
        "to move and edit what is in it, use a connection to the broker.",
        "Go to Tasks",
        "tasks",
    ),
    "workers": Notice(
        "workers",
        "Workers are controlled through the broker alone",
        "Whether a worker takes up what you hand in shows on the page Tasks. To see and control "
        "the workers, use a connection to the broker.",
        *_OTHER,
    ),
    "performance": Notice(
        "insights",
        "Durations are measured over everybody’s tasks",
        "How long each of yours waited and ran is in its details on the page Tasks. For all of "
        "them, use a connection to the broker.",
        "Go to Tasks",
        "tasks",
    ),
    "alerts": Notice(
        "alerts",
        "Alerts are of the whole system",
        "Those who operate it are told of them. To see or change their rules, use a connection to "
        "the broker and its database.",
        *_OTHER,
    ),
    "schedule": Notice(
        "schedule",
        "The schedule belongs to those who operate the system",
        "A task of your own is started on the page Enqueue. To have one started by itself, ask "
        "them, or use a connection to the broker and its database.",
        "Go to Enqueue",
        "enqueue",
    ),
    "insights": Notice(
        "candles",
        "Prices, forecasts and anomalies are drawn out of the database",
        "Through the API have them made on the page Enqueue, and read the result in the task’s "
        "details. For the charts, use a connection with the team’s database.",
        "Go to Enqueue",
        "enqueue",
    ),
    "models": Notice(
        "models",
        "Models are kept in the database, which is not reached from here",
        "To compare and promote them, use a connection with the team’s database.",
        *_OTHER,
    ),
}
_SIGN_IN = Notice(
    "documents",
    "Not signed in at the server",
    "Documents are handed in and read through it.",
    "Sign in",
    "connections",
)


class ServedPages:
    """Builds them, each when it is first shown."""

    def __init__(
        self,
        background: Background,
        messages: Messages,
        go: Go,
        *,
        tray_changed: SignalInstance,
        files_chosen: SignalInstance,
        signed_in_again: SignalInstance,
    ) -> None:
        self._background, self._messages, self._go = background, messages, go
        self._tray_changed, self._files_chosen = tray_changed, files_chosen
        self._signed_in_again = signed_in_again

    def instead(self, documents: ServedDocuments | None) -> Mapping[str, Callable[[], QWidget]]:
        """What is built in place of which page; ``documents`` is None where nobody is signed in."""
        built: dict[str, Callable[[], QWidget]] = {
            page: partial(self._notice, notice) for page, notice in NOTICES.items()
        }
        if documents is None:
            built["documents"] = partial(self._notice, _SIGN_IN)
        else:
            built["documents"] = partial(self._documents, documents)
        return built

    def _notice(self, notice: Notice) -> QWidget:
        return EmptyState(
            notice.icon,
            notice.sentence,
            notice.hint,
            notice.action,
            partial(self._go, notice.page),
        )

    def _documents(self, documents: ServedDocuments) -> QWidget:
        from desktop_app.views.documents.served import ServedDocumentsPage

        page = ServedDocumentsPage(documents, self._background, self._messages)
        self._tray_changed.connect(page.tray_changed)
        self._signed_in_again.connect(page.ask_anew)
        page.files_chosen.connect(self._files_chosen)
        page.navigate.connect(self._go)
        return page
