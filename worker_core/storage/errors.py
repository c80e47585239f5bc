"""What storage says when it cannot do its work."""


class StorageError(Exception):
    """The database or the store of files could not do what was asked.

    Attributes:
        code: a short stable word for programs, such as ``unreachable`` or ``disk_full``.
        message: what happened, for a reader.
        remedy: what the reader can do next.
        transient: the same call may succeed a little later, with nothing changed.
    """

    def __init__(self, code: str, message: str, remedy: str, transient: bool = False) -> None:
        # All of them reach Exception, so that the error survives pickling between processes.
        super().__init__(code, message, remedy, transient)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.transient = transient

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class ArtifactError(StorageError):
    """A file could not be stored or read back.

    About the file that was handed in, and the same at every attempt: ``vanished``, ``changed``,
    ``too_large``, ``not_a_file``, ``empty``, ``no_permission``, ``unreadable``. About the store:
    ``disk_full``, ``missing``, ``damaged``, ``bad_hash``, ``store_unavailable``.
    """
