"""Changes to the schedule, and what is said when they are done."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.services.schedule import Schedule, edit_of
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.one_at_a_time import OneAtATime
from worker_core.operations.schedule import ScheduleEntry
from worker_core.operations.submit import Submission
from worker_core.storage import ScheduleEdit


class Acts(OneAtATime):
    """``changed`` says that the schedule is another now."""

    task_wanted = Signal(str)

    def __init__(
        self,
        schedule: Schedule,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, messages, parent)
        self._schedule = schedule

    def run_now(self, row: ScheduleEntry) -> None:
        def started(done: Submission) -> None:
            see = MessageAction("Show in Tasks", lambda: self.task_wanted.emit(done.task_id))
            if done.delivered:
                self._messages.info(f"“{row.title}” is on the queue {done.queue}.", action=see)
            else:
                self._messages.warn(
                    f"“{row.title}” waits to be delivered.", done.problem or "", action=see
                )

        self.run(self._schedule.run_now(row.name), f"run {row.name} now", started)

    def switch(self, row: ScheduleEntry) -> None:
        on = not row.enabled
        said = "is started at its times again" if on else "is not started by itself any more"

        def switched(now: ScheduleEntry) -> None:
            back = MessageAction("Undo", lambda: self.switch(now))
            self._messages.info(f"{row.name} {said}.", action=back)

        self.run(
            self._schedule.switch(row.name, on=on),
            f"{'enable' if on else 'disable'} {row.name}",
            switched,
        )

    def remove(self, row: ScheduleEntry) -> None:
        edit = edit_of(row)

        def removed(_: None) -> None:
            self._messages.info(
                f"{row.name} is removed from the schedule.",
                action=MessageAction("Undo", lambda: self._put_back(row, edit)),
            )

        self.run(self._schedule.remove(row.name), f"remove {row.name}", removed)

    def _put_back(self, row: ScheduleEntry, edit: ScheduleEdit) -> None:
        self.run(
            self._schedule.add(row.name, edit, enabled=row.enabled),
            f"put {row.name} back",
            lambda _: self._messages.info(f"{row.name} is in the schedule again."),
        )

    def reset(self, row: ScheduleEntry) -> None:
        edit = edit_of(row)

        def done(_: ScheduleEntry) -> None:
            self._messages.info(
                f"{row.name} is as it came with the program.",
                action=MessageAction("Undo", lambda: self._put_in(row.name, edit)),
            )

        self.run(self._schedule.reset(row.name), f"reset {row.name}", done)

    def _put_in(self, name: str, edit: ScheduleEdit) -> None:
        self.run(
            self._schedule.edit(name, fields_of(edit)),
            f"change {name} back",
            lambda _: self._messages.info(f"{name} is as it was."),
        )

    def forget_missed(self, row: ScheduleEntry) -> None:
        self.run(
            self._schedule.forget_missed(row.name),
            f"note the missed runs of {row.name} as seen",
            lambda _: None,
        )

    def save(
        self,
        name: str,
        edit: ScheduleEdit,
        *,
        was: ScheduleEntry | None,
        on_done: Callable[[], object],
        on_refused: Callable[[Exception], object],
    ) -> None:
        """Make a new entry, or with ``was`` change that one in what differs from it."""

        def saved(_: ScheduleEntry) -> None:
            on_done()
            done = "is in the schedule" if was is None else "is changed"
            self._messages.info(f"{name} {done}.")

        if was is None:
            self.run(self._schedule.add(name, edit), f"add {name}", saved, failed=on_refused)
            return
        before = fields_of(edit_of(was))
        changes = {key: now for key, now in fields_of(edit).items() if now != before[key]}
        self.run(self._schedule.edit(was.name, changes), f"change {name}", saved, failed=on_refused)


def fields_of(edit: ScheduleEdit) -> dict[str, Any]:
    """The fields of an edit by their names."""
    return {name: getattr(edit, name) for name in edit.__dataclass_fields__}
