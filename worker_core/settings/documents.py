"""What reading and scoring documents may cost."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import BaseSettings

from worker_core.settings.names import variable


class DocumentSettings(BaseSettings):
    """Documents and sentiment."""

    takers: ClassVar = "the window and workers"

    max_document_mb: int = Field(
        100,
        ge=1,
        validation_alias=variable("AFI_MAX_DOCUMENT_MB"),
        description="Largest file (MiB) that is accepted.",
    )
    max_document_pages: int = Field(
        2000,
        ge=1,
        validation_alias=variable("AFI_MAX_DOCUMENT_PAGES"),
        description="Pages of a PDF that are read; the rest is left out, and that is recorded.",
    )
    max_document_characters: int = Field(
        20_000_000,
        ge=10_000,
        validation_alias=variable("AFI_MAX_DOCUMENT_CHARACTERS"),
        description="Characters of text that are kept; the rest is left out, and that is recorded.",
    )
    max_sentences: int = Field(
        20_000,
        ge=100,
        validation_alias=variable("AFI_MAX_SENTENCES"),
        description="Sentences that are scored and summarised; the rest is left out, and that "
        "is recorded.",
    )
    max_facts: int = Field(
        50_000,
        ge=100,
        validation_alias=variable("AFI_MAX_FACTS"),
        description="Reported values that are kept of a document; the rest is left out, and that "
        "is recorded.",
    )
    parse_timeout_s: float = Field(
        60.0,
        gt=0,
        validation_alias=variable("AFI_PARSE_TIMEOUT_S"),
        description="Seconds that reading one document may take.",
    )
    parse_memory_mb: int = Field(
        1024,
        ge=256,
        validation_alias=variable("AFI_PARSE_MEMORY_MB"),
        description="Memory (MiB) that reading one document may take.",
    )
    summary_sentences: int = Field(
        5,
        ge=1,
        le=50,
        validation_alias=variable("AFI_SUMMARY_SENTENCES"),
        description="Sentences in a document's summary.",
    )
    sentiment_onnx_path: str | None = Field(
        None,
        validation_alias=variable("AFI_SENTIMENT_ONNX_PATH"),
        description="An ONNX model that is asked about sentences of whose tone the bundled model "
        "is not sure; its …tokenizer.json stands beside it. It needs the extra onnx. Empty: none.",
    )
    sentiment_half_life_days: float = Field(
        14.0,
        gt=0,
        le=3650,
        validation_alias=variable("AFI_SENTIMENT_HALF_LIFE_DAYS"),
        description="Days after which a day's tone weighs half in the smoothed series.",
    )
    sentiment_label_files: str | None = Field(
        None,
        validation_alias=variable("AFI_SENTIMENT_LABEL_FILES"),
        description="CSV files with the columns text and label, or folders of them, that the "
        "sentiment model is retrained from beside the labels given in the window. Several are "
        "parted as in PATH. Empty: none.",
    )
    sentiment_retrain_after: int = Field(
        50,
        ge=1,
        validation_alias=variable("AFI_SENTIMENT_RETRAIN_AFTER"),
        description="Sentences that must be newly labelled before the sentiment model is "
        "retrained by the schedule.",
    )
