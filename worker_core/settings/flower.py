"""Where Flower listens, and who may look."""

from ipaddress import ip_address
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from worker_core.settings.names import variable


class FlowerSettings(BaseSettings):
    """Flower."""

    takers: ClassVar = "Flower"

    flower_port: int = Field(
        5555,
        ge=1,
        le=65_535,
        validation_alias=variable("FLOWER_PORT"),
        description="Port of Flower.",
    )
    flower_address: str = Field(
        "127.0.0.1",
        validation_alias=variable("FLOWER_ADDRESS"),
        description="IP address that Flower listens on. Any other than this computer's own "
        "(127.0.0.1, ::1) needs AFI_FLOWER_REMOTE.",
    )
    flower_remote: bool = Field(
        False,
        validation_alias=variable("AFI_FLOWER_REMOTE"),
        description="Let Flower be reached from other computers, with FLOWER_BASIC_AUTH. Its "
        "pages /metrics and /healthcheck are open even then: put a proxy with TLS before it.",
    )
    flower_basic_auth: SecretStr | None = Field(
        None,
        validation_alias=variable("FLOWER_BASIC_AUTH"),
        description="Who may use Flower, as user:password; several with commas between.",
    )

    @field_validator("flower_address")
    @classmethod
    def _an_address(cls, value: str) -> str:
        try:
            ip_address(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is no IP address such as 127.0.0.1") from error
        return value

    @field_validator("flower_basic_auth")
    @classmethod
    def _users_with_passwords(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value().strip() if value else ""
        if not all(user and password for user, _, password in _logins(text)):
            raise ValueError("each login is written as user:password, with commas between")
        return SecretStr(text) if text else None


def _logins(text: str) -> list[tuple[str, str, str]]:
    return [one.strip().partition(":") for one in text.split(",")] if text else []
