"""The files of the models in use are read ahead of those who wait for them."""

from pathlib import Path

from tests.tasks.direct import Direct
from worker_core.storage import NewModel, Storage
from worker_core.storage.model_reading import MOST
from worker_core.tasks import warming


def test_the_file_of_a_model_in_use_is_read_however_many_newer_ones_wait(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'afi.sqlite3'}"
    with Storage.open(url, str(tmp_path / "files")) as storage:
        storage.models.register(NewModel("sentiment", "used"), b"weights")
        storage.models.promote("sentiment", "used")
        for number in range(MOST):
            storage.models.register(NewModel("forecast.price", f"v{number}", "AAPL"))
        [thing] = [one for one in warming.THINGS if one.name == "files of the models in use"]
        assert thing.read(Direct(kept=storage)) == len(b"weights")
