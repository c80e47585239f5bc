"""The API as it is run: a process of its own, a real worker, real servers that are killed."""

import io
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import FORECAST, TASKS, bearer
from tests.api.house import PATIENCE_S, House, Served, environment, housed, serving, until
from worker_core.operations.ledger import ledger
from worker_core.operations.workers import inspect
from worker_core.storage import NewTask

pytestmark = pytest.mark.slow

FORECAST_TASK = "forecasting.generate_stock_forecast"
CONTENT = "Revenue rose by 8 percent to 12 million dollars. The outlook is strong. " * 20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    users = {"ann": "analyst", "bob": "analyst", "olga": "operator"}
    with housed(tmp_path_factory.mktemp("house"), users) as house:
        yield house


def events(answer: httpx.Response) -> Iterator[dict[str, str]]:
    """The events of a stream."""
    found: dict[str, str] = {}
    for line in answer.iter_lines():
        if not line and found:
            yield found
            found = {}
        elif not line.startswith(":") and line:
            name, _, value = line.partition(": ")
            found[name] = value


def test_a_document_is_followed_from_its_submission_to_what_was_found(house: House) -> None:
    body = {"document_data": {"content": CONTENT, "metadata": {"company": "AAPL"}}}
    headers = {"X-Request-ID": "from-http-to-worker"}
    told = house.served.ask(
        "ann", "POST", f"{TASKS}/document/process", json=body, headers=headers
    ).json()
    url = f"http://127.0.0.1:{house.served.port}{TASKS}/task/{told['task_id']}/events"
    headers = bearer(house.served.tokens["ann"])
    with httpx.stream("GET", url, headers=headers, timeout=PATIENCE_S) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        heard = [one for one in events(stream) if "data" in one]
    assert heard[-1]["event"] == "end"
    assert json.loads(heard[-1]["data"])["status"] == "succeeded"
    again = httpx.get(
        url, headers={**headers, "Last-Event-ID": heard[-1]["id"]}, timeout=PATIENCE_S
    )
    assert again.status_code == 204
    status = house.ended("ann", told["task_id"])
    assert status["result"]["document"] == told["document"]
    for child in told["follow_ups"]:
        assert house.ended("ann", child)["status"] == "succeeded"
    found = house.served.ask("ann", "GET", f"/api/documents/{told['document']}").json()
    assert (found["status"], found["ticker"]) == ("parsed", "AAPL")
    assert found["sentiment"] > 0
    assert house.served.ask("bob", "GET", f"{TASKS}/task/{told['task_id']}/status").is_error
    lines = [json.loads(one) for one in house.worker_log.read_text().splitlines() if one[:1] == "{"]
    mine = [one for one in lines if one.get("request_id") == "from-http-to-worker"]
    assert {one["task_id"] for one in mine} >= {told["task_id"]}
    assert {one.get("user_id") for one in mine} == {"ann"}
    accessed = next(one for one in house.served.logged() if one.get("task_id") == told["task_id"])
    assert accessed["request_id"] == "from-http-to-worker"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_what_the_page_on_the_api_says_can_be_typed(house: House, tmp_path: Path) -> None:
    """The commands of docs/api.md, one after the other, by a shell."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    (block,) = (one for one in re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S) if "curl" in one)
    (tmp_path / "10-K.html").write_text(f"<html><body><p>{CONTENT}</p></body></html>")
    token, *commands = re.split(r"\n(?=curl)", block)
    assert token == "TOKEN=afi_…"
    task = ""
    for command in commands:
        said = command.replace(":8765/", f":{house.served.port}/").replace("TASK_ID", task)
        answer = subprocess.run(
            ["sh", "-c", said],
            env=os.environ | {"TOKEN": house.served.tokens["ann"]},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        ).stdout
        if answer.startswith("{"):
            told = json.loads(answer)
            task = told.get("task_id") or told["documents"][0]["task_id"]
    assert "event: end" in answer
    assert "succeeded" in answer


def bomb() -> bytes:
    """A ZIP of a few kilobytes that unpacks to half a gigabyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as nested:
            nested.writestr("zeros.txt", bytes(2**26))
        for number in range(8):
            archive.writestr(f"{number}.zip", inner.getvalue())
    return packed.getvalue()


def test_a_decompression_bomb_fails_alone_and_in_words(house: House) -> None:
    files = {"file": ("bomb.zip", bomb())}
    answer = house.served.ask("ann", "POST", f"{TASKS}/document/upload", files=files)
    (told,) = answer.json()["documents"]
    status = house.ended("ann", told["task_id"])
    assert status["status"] == "failed"
    assert status["error"]["message"]
    assert status["result"] is None
    assert inspect("ping", settings=house.settings)


def test_workers_and_what_runs_are_told_to_operators(house: House) -> None:
    (one,) = house.served.ask("olga", "GET", f"{TASKS}/workers/stats").json()["workers"]
    assert one["worker"].startswith("api@")
    assert one["processes"] == 1
    assert "broker" not in one


def test_figures_for_prometheus_are_for_operators(house: House) -> None:
    assert house.served.ask("ann", "GET", "/metrics").status_code == 403
    answer = house.served.ask("olga", "GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "afi_" in answer.text


def raw(house: House, *parts: bytes) -> bytes:
    """What is answered to bytes that are sent as they are."""
    head = f"Host: x\r\nAuthorization: Bearer {house.served.tokens['ann']}\r\n".encode()
    with socket.create_connection(("127.0.0.1", house.served.port), 30) as connection:
        for part in parts:
            try:
                connection.sendall(part.replace(b"HEAD", head))
            except OSError:
                break
        answer = b""
        while chunk := _received(connection):
            answer += chunk
        return answer


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


START = f"POST {FORECAST} HTTP/1.1\r\nHEADContent-Type: application/json\r\n".encode()


def test_an_endless_chunked_body_is_cut_off(house: House) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    answer = raw(house, START + b"Transfer-Encoding: chunked\r\n\r\n", *([chunk] * 64))
    assert b" 413 " in answer.splitlines()[0]


def test_a_body_that_stops_half_way_is_given_up(house: House) -> None:
    answer = raw(house, START + b'Content-Length: 100\r\n\r\n{"tick')
    assert b" 408 " in answer.splitlines()[0]
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    "request_line",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /%\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_next_one_served(
    house: House, request_line: bytes
) -> None:
    answer = raw(
        house, request_line + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert b" 200 " not in answer.splitlines()[0] if answer else True
    assert house.served.ask("ann", "GET", "/api/me").status_code == 200


def test_a_broker_that_dies_costs_no_submission(house: House) -> None:
    before = house.served.ask("ann", "POST", FORECAST, json={"ticker": "AAPL"})
    assert before.json()["delivered"]
    house.broker.stop()
    try:
        answer = house.served.ask("ann", "POST", FORECAST, json={"ticker": "AAPL"})
        assert answer.status_code == 202
        assert not answer.json()["delivered"]
        task_id = answer.json()["task_id"]
        status = house.served.ask("ann", "GET", f"{TASKS}/task/{task_id}/status").json()
        assert (status["status"], status["result"]) == ("waiting", None)
        assert house.served.ask("ann", "GET", f"{TASKS}/queues/lengths").status_code == 503
        assert house.served.ask("ann", "GET", "/readyz").status_code == 200
    finally:
        house.broker.start()
    after = until(
        lambda: house.served.ask("ann", "POST", FORECAST, json={"ticker": "AAPL"}),
        "a submission after the broker came back",
    )
    assert after.status_code == 202


def certificate(folder: Path) -> tuple[Path, Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    words = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run(
        ["openssl", *words, *names, "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture(scope="module")
def secure(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, ssl.SSLContext]]:
    """A process of the API with a certificate, and what trusts it."""
    folder = tmp_path_factory.mktemp("secure")
    cert, key = certificate(folder)
    variables = environment(house.settings.data_dir, house.settings.broker_url or "")
    words = ("--tls-cert", str(cert), "--tls-key", str(key))
    with serving(folder, variables, house.served.tokens, *words) as served:
        yield served, ssl.create_default_context(cafile=str(cert))


def test_with_a_certificate_it_speaks_tls_and_nothing_older_than_1_2(
    secure: tuple[Served, ssl.SSLContext],
) -> None:
    served, context = secure
    address = f"https://localhost:{served.port}"
    headers = bearer(served.tokens["ann"])
    answer = httpx.get(f"{address}/api/me", headers=headers, verify=context, timeout=PATIENCE_S)
    assert answer.json()["name"] == "ann"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://localhost:{served.port}/healthz", timeout=PATIENCE_S)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz", timeout=PATIENCE_S)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", served.port)) as plain,
        pytest.raises((ssl.SSLError, OSError)),
    ):
        old.wrap_socket(plain)


def test_a_stream_does_not_keep_it_from_stopping(
    house: House, secure: tuple[Served, ssl.SSLContext]
) -> None:
    served, context = secure
    # Nothing comes of it for an hour: its stream stays open.
    task = NewTask(str(uuid4()), FORECAST_TASK, "forecasting", {}, owner="user:ann", delay_s=3600)
    with ledger(house.settings) as tasks:
        tasks.add(task)
    address = f"https://localhost:{served.port}{TASKS}/task/{task.id}/events"
    headers = bearer(served.tokens["ann"])
    with httpx.stream(
        "GET", address, headers=headers, verify=context, timeout=PATIENCE_S
    ) as stream:
        next(stream.iter_raw())
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(PATIENCE_S) == 0
