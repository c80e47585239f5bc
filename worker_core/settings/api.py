"""The HTTP API: where it listens, and what one user may ask of it."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import BaseSettings

from worker_core.settings.names import variable


class ApiSettings(BaseSettings):
    """HTTP API."""

    takers: ClassVar = "the HTTP API"

    api_host: str = Field(
        "127.0.0.1",
        min_length=1,
        max_length=255,
        validation_alias=variable("AFI_API_HOST"),
        description="Address that the API listens on. One that others can reach needs a "
        "certificate.",
    )
    api_port: int = Field(
        8765,
        ge=0,
        le=65_535,
        validation_alias=variable("AFI_API_PORT"),
        description="Port of the API; 0 takes any that is free.",
    )
    api_tls_cert: str | None = Field(
        None,
        validation_alias=variable("AFI_API_TLS_CERT"),
        description="File of the API's certificate with its chain (PEM). Empty: no TLS.",
    )
    api_tls_key: str | None = Field(
        None,
        validation_alias=variable("AFI_API_TLS_KEY"),
        description="File of the certificate's private key (PEM).",
    )
    api_trusted_proxies: str = Field(
        "",
        validation_alias=variable("AFI_API_TRUSTED_PROXIES"),
        description="Addresses of proxies, with commas, whose word is taken for where a request "
        "comes from (X-Forwarded-For). Empty: nobody's.",
    )
    api_requests_a_minute: int = Field(
        1200,
        ge=1,
        le=1_000_000,
        validation_alias=variable("AFI_API_REQUESTS_A_MINUTE"),
        description="Requests that one user may send within any minute, over all processes of "
        "the API together.",
    )
    api_denials_a_minute: int = Field(
        30,
        ge=1,
        le=100_000,
        validation_alias=variable("AFI_API_DENIALS_A_MINUTE"),
        description="Requests without a good token that are answered and written to the audit "
        "log, from one address within any minute; the rest is only refused.",
    )
    api_requests_at_once: int = Field(
        2000,
        ge=1,
        le=100_000,
        validation_alias=variable("AFI_API_REQUESTS_AT_ONCE"),
        description="Requests that one process of the API works on; one more is told to come "
        "back later.",
    )
    api_streams_a_user: int = Field(
        10,
        ge=1,
        le=1000,
        validation_alias=variable("AFI_API_STREAMS_A_USER"),
        description="Streams of progress that one user may have open at one process of the API.",
    )
    api_body_kb: int = Field(
        8192,
        ge=1,
        validation_alias=variable("AFI_API_BODY_KB"),
        description="Largest body of a request (KiB), but for uploads of files.",
    )
    api_upload_files: int = Field(
        20,
        ge=1,
        le=1000,
        validation_alias=variable("AFI_API_UPLOAD_FILES"),
        description="Files in one upload; each may have AFI_MAX_DOCUMENT_MB.",
    )
    api_upload_mb: int = Field(
        200,
        ge=1,
        validation_alias=variable("AFI_API_UPLOAD_MB"),
        description="Largest upload (MiB), all its files together.",
    )
    api_body_timeout_s: float = Field(
        30.0,
        gt=0,
        validation_alias=variable("AFI_API_BODY_TIMEOUT_S"),
        description="Seconds that a client may be silent within the body of a request.",
    )
    api_token_cache_s: float = Field(
        0.0,
        ge=0,
        le=300,
        validation_alias=variable("AFI_API_TOKEN_CACHE_S"),
        description="Seconds that a token which was good is not looked up again: as long a "
        "revoked one may still open. 0: every request looks, and a revoked one opens nothing.",
    )
