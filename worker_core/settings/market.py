"""Where prices and economic series come from, and how long data is kept."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from worker_core.settings.names import variable

_KEY = "Empty: the one kept in the system's keyring (afi market key)."
_DAYS = "0 keeps them for ever."


class MarketSettings(BaseSettings):
    """Market data and retention."""

    takers: ClassVar = "workers"

    market_provider: Literal[
        "tiingo", "alpha_vantage", "polygon", "alpaca", "yfinance", "folder", "sample"
    ] = Field(
        "sample",
        validation_alias=variable("AFI_MARKET_PROVIDER"),
        description="Where prices come from when a task names no provider.",
    )
    market_folder: Path | None = Field(
        None,
        validation_alias=variable("AFI_MARKET_FOLDER"),
        description="Folder of CSV or Parquet files that the provider folder reads.",
    )
    market_exchange: str = Field(
        "",
        max_length=16,
        validation_alias=variable("AFI_MARKET_EXCHANGE"),
        description="ISO 10383 code of the exchange with whose sessions prices are compared where "
        "a symbol names none, for example XNYS. Empty: they are not compared.",
    )
    tiingo_api_key: SecretStr | None = Field(
        None,
        validation_alias=variable("AFI_TIINGO_API_KEY"),
        description=f"Key for Tiingo. {_KEY}",
    )
    alpha_vantage_api_key: SecretStr | None = Field(
        None,
        validation_alias=variable("AFI_ALPHA_VANTAGE_API_KEY"),
        description=f"Key for Alpha Vantage. {_KEY}",
    )
    polygon_api_key: SecretStr | None = Field(
        None,
        validation_alias=variable("AFI_POLYGON_API_KEY"),
        description=f"Key for Polygon. {_KEY}",
    )
    alpaca_api_key: SecretStr | None = Field(
        None,
        validation_alias=variable("AFI_ALPACA_API_KEY"),
        description=f"Key for Alpaca, as KEY_ID:SECRET. {_KEY}",
    )
    sec_user_agent: str = Field(
        "",
        max_length=200,
        validation_alias=variable("AFI_SEC_USER_AGENT"),
        description="Who asks the SEC, as it wants to know: a name and an address of mail.",
    )
    fred_series: str = Field(
        "DGS10,DGS2,DFF,T10Y2Y,VIXCLS,UNRATE,CPIAUCSL",
        max_length=4000,
        validation_alias=variable("AFI_FRED_SERIES"),
        description="Economic series of FRED that are synchronised, with commas between.",
    )
    sec_tickers: str = Field(
        "",
        max_length=20_000,
        validation_alias=variable("AFI_SEC_TICKERS"),
        description="Companies whose reported facts are fetched from the SEC, with commas between.",
    )
    provider_urls: str = Field(
        "",
        max_length=4000,
        validation_alias=variable("AFI_PROVIDER_URLS"),
        description="Addresses of sources instead of the usual ones, with commas between, for "
        "example tiingo=https://proxy.example/tiingo.",
    )
    provider_timeout_s: float = Field(
        30.0,
        gt=0,
        validation_alias=variable("AFI_PROVIDER_TIMEOUT_S"),
        description="Seconds that a source may be silent.",
    )
    provider_budget_s: float = Field(
        120.0,
        gt=0,
        validation_alias=variable("AFI_PROVIDER_BUDGET_S"),
        description="Seconds that one request to a source may take with all its tries; one that "
        "would have to wait longer is given up, and said when to try again.",
    )
    market_overlap_days: int = Field(
        7,
        ge=0,
        le=365,
        validation_alias=variable("AFI_MARKET_OVERLAP_DAYS"),
        description="Days before the newest stored bar that an update fetches again, to catch "
        "corrections.",
    )

    # Retention
    keep_documents_days: int = Field(
        0,
        ge=0,
        validation_alias=variable("AFI_KEEP_DOCUMENTS_DAYS"),
        description=f"Days after which documents are removed that nothing refers to. {_DAYS}",
    )
    keep_failed_documents_days: int = Field(
        90,
        ge=0,
        validation_alias=variable("AFI_KEEP_FAILED_DOCUMENTS_DAYS"),
        description=f"Days after which documents are removed that could not be read. {_DAYS}",
    )
    keep_bars_days: int = Field(
        0,
        ge=0,
        validation_alias=variable("AFI_KEEP_BARS_DAYS"),
        description=(
            "Days after which bars are removed of symbols without a stored forecast or anomaly. "
            f"{_DAYS}"
        ),
    )
    keep_anomalies_days: int = Field(
        0,
        ge=0,
        validation_alias=variable("AFI_KEEP_ANOMALIES_DAYS"),
        description=f"Days after their finding after which anomalies are removed. {_DAYS}",
    )
    keep_findings_days: int = Field(
        365,
        ge=0,
        validation_alias=variable("AFI_KEEP_FINDINGS_DAYS"),
        description=f"Days after which findings about prices are removed. {_DAYS}",
    )
    keep_models_days: int = Field(
        180,
        ge=0,
        validation_alias=variable("AFI_KEEP_MODELS_DAYS"),
        description="Days after which the files of trained models are removed that are neither in "
        f"use nor what a rollback leads to. {_DAYS}",
    )
