"""How full the broker is, as the window says it."""

import pytest

from desktop_app.monitor.filling import FULL, Filling, words
from desktop_app.monitor.monitor import Monitor
from tests.monitor.conftest import Server, eventually


@pytest.mark.parametrize(("used", "most"), [(10, 0), (94, 100), (None, 100), (10, None)])
def test_nothing_is_said_while_there_is_room_or_no_limit(used: object, most: object) -> None:
    assert words(used, most) == ""


def test_a_full_broker_is_said_with_its_figures_and_what_to_do() -> None:
    told = words(96_000_000, 100_000_000)
    assert told.startswith(f"{FULL}: it holds 96.0 MB of the 100.0 MB that it may. It takes no new")
    assert "Raise maxmemory" in told


def test_who_may_not_ask_is_not_told_and_asks_no_more(server: Server) -> None:
    with server.client() as client:
        client.execute_command("ACL SETUSER default -info")
        filling = Filling()
        assert filling.look(client) == ""
        client.execute_command("ACL SETUSER default +info")
        client.config_set("maxmemory", "1")
        assert filling.look(client) == ""


def test_a_window_says_that_the_broker_is_full_until_it_has_room_again(server: Server) -> None:
    monitor = Monitor(queue_names=[])

    def message() -> str:
        return monitor.snapshot().connection.message

    monitor.start(server.url)
    try:
        with server.client() as client:
            client.config_set("maxmemory", "1")
            eventually(lambda: message().startswith(FULL))
            assert monitor.snapshot().connection.status == "live"
            client.config_set("maxmemory", "0")
            eventually(lambda: not message())
    finally:
        monitor.stop()
