import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.services.addresses import check, split, with_option


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("redis://broker", "Connects to broker, port 6379, database 0"),
        ("redis://broker:6380/3", "Connects to broker, port 6380, database 3"),
        ("  redis://10.1.2.3/  ", "Connects to 10.1.2.3, port 6379, database 0"),
        ("redis://[::1]:6379/0", "Connects to [::1], port 6379, database 0"),
        ("REDIS://broker", "Connects to broker, port 6379, database 0"),
        (
            "rediss://broker:6380/0?ssl_cert_reqs=required&ssl_ca_certs=/etc/ca.pem",
            "Connects to broker, port 6380, database 0, with TLS",
        ),
        ("rediss://broker?ssl_cert_reqs=CERT_REQUIRED", "database 0, with TLS"),
        ("redis+socket:///run/redis.sock", "Connects to the socket /run/redis.sock"),
        ("redis+socket:///run/redis.sock?virtual_host=2", "Connects to the socket /run/redis.sock"),
        ("redis://:secret@localhost", "Connects to localhost, port 6379, database 0"),
    ],
)
def test_a_usable_address_says_what_it_connects_to(text: str, words: str) -> None:
    found = check(text)
    assert found.answer == "good"
    assert words in found.words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("broker:6379", "Begin with redis://"),
        ("redis:/broker", "Begin with redis://"),
        ("redis://", "The name of the server is missing"),
        ("redis://:6379", "The name of the server is missing"),
        ("redis://user:pw@", "The name of the server is missing"),
        ("redis://broker:port", "a number from 1 to 65535"),
        ("redis://broker:", "a number from 1 to 65535"),
        ("redis://broker:0", "a number from 1 to 65535"),
        ("redis://broker:65536", "a number from 1 to 65535"),
        ("redis://broker:6379/queue", "the number of the database"),
        ("redis://broker:6379/0/1", "the number of the database"),
        ("redis://two words", "no spaces"),
        ("redis://a;redis://b", "one server"),
        ("redis://[::1", "a name or an IP address"),
        ("redis://::1", "The name of the server is missing"),
        ("redis+socket://", "The path of the socket is missing"),
        ("redis+socket://run/redis.sock", "The path of the socket is missing"),
        ("unix:///run/redis.sock", "redis+socket://"),
        ("amqp://guest@broker//", "RabbitMQ"),
        ("sentinel://broker:26379", "primary server"),
        ("valkey://broker", "Valkey speaks Redis's protocol"),
        ("https://broker", "no web page"),
        ("sqs://broker", "Begin with redis://"),
        ("rediss://broker?ssl_cert_reqs=maybe", "ssl_cert_reqs=required"),
        ("rediss://b?ssl_cert_reqs=required&ssl_check_hostname=false", "ssl_check_hostname"),
    ],
)
def test_what_cannot_be_used_says_what_has_to_change(text: str, words: str) -> None:
    found = check(text)
    assert found.answer == "wrong"
    assert not found.usable
    assert words in found.words


def test_nothing_typed_yet_says_where_the_address_is_found() -> None:
    found = check("   ")
    assert (found.answer, found.usable) == ("empty", False)
    assert "CELERY_BROKER_URL" in found.words


def test_tls_without_a_word_on_certificates_offers_the_missing_option() -> None:
    found = check("rediss://broker:6380/0")
    assert not found.usable
    assert found.missing_option == "ssl_cert_reqs=required"
    completed = with_option("rediss://broker:6380/0", found.missing_option)
    assert check(completed).answer == "good"


@pytest.mark.parametrize("text", ["rediss://broker?", "rediss://broker?ssl_ca_certs=/ca.pem"])
def test_an_option_is_added_to_those_that_are_there(text: str) -> None:
    assert check(with_option(text, "ssl_cert_reqs=required")).answer == "good"


@pytest.mark.parametrize("choice", ["none", "CERT_NONE", "optional"])
def test_certificates_that_are_not_checked_are_refused_and_it_is_said_why(choice: str) -> None:
    found = check(f"rediss://broker?ssl_cert_reqs={choice}")
    assert (found.answer, found.usable) == ("wrong", False)
    assert "pose as the broker" in found.words


def test_a_password_without_tls_is_a_risk_unless_the_broker_is_local() -> None:
    assert check("redis://user:pw@broker").answer == "careful"
    assert check("redis://broker", password=True).answer == "careful"
    assert check("redis://broker").answer == "good"
    assert check("redis://127.0.0.1", password=True).answer == "good"
    assert check("redis://[::1]", password=True).answer == "good"


@pytest.mark.parametrize(
    ("text", "public", "password"),
    [
        ("redis://broker/0", "redis://broker/0", None),
        ("redis://:pw@broker/0", "redis://broker/0", "pw"),
        ("redis://user@broker/0", "redis://user@broker/0", None),
        ("redis://user:pw@broker/0", "redis://user@broker/0", "pw"),
        ("redis://user:p%40w@broker/0", "redis://user@broker/0", "p@w"),
        ("redis://:p@s/s#w:o?rd@broker:1/0", "redis://broker:1/0", "p@s/s#w:o?rd"),
        ("redis://:@broker", "redis://broker", ""),
    ],
)
def test_a_password_is_taken_out_of_an_address(
    text: str, public: str, password: str | None
) -> None:
    parts = split(text)
    assert (parts.public, parts.password) == (public, password)


@given(st.text(min_size=1))
def test_any_password_comes_back_out_of_the_address_it_was_put_into(password: str) -> None:
    try:
        password.encode()
    except UnicodeEncodeError:
        return
    url = split("redis://user@broker:6379/0").url(password)
    assert split(url).password == password
    assert split(url).public == "redis://user@broker:6379/0"


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=6))
def test_words_about_an_address_never_hold_its_password(password: str) -> None:
    secret = f"{password}zQ7!"
    for text in (f"redis://u:{secret}@broker", f"u:{secret}@broker", f"amqp://u:{secret}@broker"):
        assert secret not in check(text).words


@given(st.text())
def test_every_text_gets_an_answer(text: str) -> None:
    found = check(text)
    assert found.words
    assert found.usable == (found.answer in {"careful", "good"})
