"""The rest of a seeded desk: documents that were read, a tray, a cluster that runs."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import resources
from desktop_app.services.cluster import Cluster
from desktop_app.services.documents import Documents
from desktop_app.services.looked_at import FILE
from desktop_app.services.profiles import Profile, ProfileFile, Saved
from desktop_app.services.queues import HeldNow, Look, QueueCommands
from desktop_app.services.tray import Phase
from tests.seeded import DEPTHS, NOW
from worker_core import documents, sentiment, settings
from worker_core.documents import metrics
from worker_core.documents.companies import Named, by_company
from worker_core.documents.metrics.joined import Reported, joined
from worker_core.operations.cluster import MemberStatus
from worker_core.operations.logs import LogChunk
from worker_core.operations.messages import Waiting
from worker_core.operations.removed import Batch
from worker_core.operations.unacknowledged import Held
from worker_core.storage import SentimentEvidence, SentimentScore, SentimentSentence, Storage
from worker_core.tasks.financial_reports import stored_period


def settings_in(folder: Path) -> settings.Settings:
    """Settings of an installation of its own, and nobody else's."""
    os.environ |= {
        "AFI_DATA_DIR": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "CELERY_BROKER_URL": "",
        "AFI_DATABASE_URL": "",
    }
    settings.current.cache_clear()
    return settings.current()


def known_documents(values: settings.Settings) -> dict[int, str]:
    """Read the sample filings as the tasks do; returns their ids and hashes."""
    ids = {}
    with Storage.open(values.database_url, values.artifacts_url) as storage:
        for sample in resources.sample_documents():
            artifact = storage.artifacts.put_file(sample.path, 2**30)
            parsed = documents.parse(sample.path, sample.path.name, documents.Limits())
            stored = storage.documents
            stored.register(
                artifact.sha256, sample.path.name, artifact.bytes, parsed.mime, sample.form
            )
            record = stored.save_parsed(
                artifact.sha256,
                text=parsed.text,
                sections=parsed.sections,
                parser_version=parsed.parser_version,
                mime=parsed.mime,
                company=parsed.company or sample.company,
                ticker=parsed.ticker,
                document_type=parsed.form_type,
                period=parsed.period.isoformat() if parsed.period else None,
                filing_date=parsed.filing_date,
                facts=parsed.facts,
            )
            analyse(storage, record.id, parsed)
            ids[record.id] = record.sha256
        calculate_metrics(storage)
    documents.close()
    return ids


def analyse(storage: Storage, document_id: int, parsed: documents.ParsedDocument) -> None:
    scored = sentiment.score_document(parsed.text, parsed.sections, documents.Limits())
    tones = [("", scored.tone), *((s.name, s.tone) for s in scored.sections)]
    storage.documents.save_sentiment(
        document_id,
        scored.model_version,
        [
            SentimentScore(name, "", t.positive, t.neutral, t.negative, t.mean or 0.0, t.count)
            for name, t in tones
            if t.count
        ],
        [
            SentimentSentence(
                s.start,
                s.end,
                s.compound,
                s.label,
                s.confidence,
                tuple(
                    SentimentEvidence(e.start, e.end, e.kind, e.name, e.toward, e.weight)
                    for e in s.evidence
                ),
                s.entities,
            )
            for s in scored.sentences
        ],
    )
    summary = documents.summarize(parsed.text, sentences=5)
    storage.documents.save_summary(document_id, documents.SUMMARY_VERSION, summary)


def calculate_metrics(storage: Storage) -> None:
    """The metrics of all companies, as the task makes them."""
    reported = {one.id: one for one in storage.facts.documents()}
    companies, _ = by_company(Named(one.id, one.company, one.ticker) for one in reported.values())
    for company in companies:
        facts, filings = joined(
            (
                Reported(str(one.id), one.document_type, one.period, one.filing_date),
                (documents.Fact(*fact) for fact in storage.facts.figures(one.id)),
            )
            for one in (reported[key] for key in company.keys)
        )
        reports = metrics.compute_periods(facts, filings=filings)
        storage.metrics.replace(
            company.entity, [stored_period(company, report) for report in reports]
        )


def fill_tray(service: Documents, ids: Sequence[int]) -> None:
    """Files at every point of the way."""
    tray = service.tray
    for number, sample in enumerate(resources.sample_documents()):
        item = tray.add(sample.path, sample.path.name)
        tray.change(
            item.key,
            size=sample.path.stat().st_size,
            phase=Phase.DONE,
            stage="Done",
            fraction=1.0,
            document_id=ids[number],
            looked_up=True,
        )
    reading = tray.add(Path("10-K_2024_annual_report.pdf"), "10-K_2024_annual_report.pdf")
    tray.change(reading.key, size=4_161_309, phase=Phase.RUNNING, stage="Reading", fraction=0.42)
    locked = tray.add(Path("q3_results.pdf"), "q3_results.pdf")
    tray.refuse(
        locked.key,
        "q3_results.pdf is locked with a password.",
        "Save it without one and drop it again.",
    )


def save_connections() -> None:
    """A few brokers, one of them in use."""
    tls = "?ssl_cert_reqs=required&ssl_ca_certs=/etc/ssl/research-ca.pem"
    profiles = (
        Profile(
            "research",
            f"rediss://console@broker.research.example:6380/0{tls}",
            database="postgresql://afi@db.research.example/afi",
            artifacts="s3://research-afi/files",
        ),
        Profile(
            "production",
            f"rediss://console@broker.example.com:6380/0{tls}",
            key_prefix="afi:",
            production=True,
            read_only=True,
        ),
        Profile("billing", "redis://10.2.0.17:6379/3"),
    )
    ProfileFile(settings.config_dir() / FILE).write(Saved(profiles, "research"))


class SeededCluster(Cluster):
    """A local cluster of which all runs."""

    async def status(self) -> list[MemberStatus]:
        rows = (
            ("broker", "Broker", 4090, 0.4, 11_400_000),
            ("worker", "Worker", 4100, 12.8, 212_000_000),
            ("forecasting", "Forecasting worker", 4103, 0.2, 241_000_000),
            ("training", "Training worker", 4102, 0.1, 96_000_000),
            ("beat", "Scheduler", 4101, 0.1, 58_300_000),
        )
        return [
            MemberStatus(
                name=name,
                title=title,
                state="running",
                pid=pid,
                since=NOW - 5_400,
                cpu_percent=cpu,
                memory_bytes=memory,
                log_path=Path("logs") / f"{name}.log",
                exit_code=None,
                message="",
                mine=True,
            )
            for name, title, pid, cpu, memory in rows
        ]

    async def read_log(self, name: str, offset: int) -> LogChunk:
        log = _log()
        return LogChunk(log if offset == 0 else "", len(log))


class SeededQueues(QueueCommands):
    """Queues in which forecasts wait."""

    async def look(self, name: str, limit: int) -> Look:
        total = DEPTHS.get(name, 0)
        return Look([_waiting(name, number) for number in range(min(total, limit))], total)

    async def held(self, limit: int) -> HeldNow:
        rows = [
            Held(f"tag-{number}", NOW - 580 + 90 * number, 20.0 + 90 * number, message, None)
            for number, message in enumerate(_waiting("forecasting", n) for n in range(6))
        ]
        return HeldNow(rows, len(rows))

    async def removed(self) -> list[Batch]:
        return [
            Batch("b", "model_training", "purged", NOW - 620, 128, 96_000),
            Batch("a", "forecasting", "deleted", NOW - 4_100, 3, 2_300),
        ]


def _waiting(queue: str, number: int) -> Waiting:
    tickers = ("AAPL", "MSFT", "NVDA", "AMZN", "JPM", "XOM")
    task, told = "generate_stock_forecast", dict[str, object](ticker=tickers[number % 6])
    if number % 4:
        told["horizon"] = 20 + number % 3 * 10
    else:
        task, told = "evaluate_forecast_accuracy", {"days": 90}
    return Waiting(
        queue=queue,
        priority=0 if number < 3 else 3,
        task_id=f"{0x3F1B7A20 + 7919 * number:08x}-52d0-4c1f-9a5e-7b1d2f6e9c04",
        name=f"forecasting.{task}",
        args=[],
        kwargs=told,
        eta=None,
        retries=0,
        enqueued_at=NOW - 214.0 + 5 * number,
        redelivered=number == 1,
        size=812 + number % 5 * 14,
        problem=None,
        raw=f"{queue} {number}".encode(),
    )


def _log() -> str:
    """A worker's last ten minutes."""
    lines = []
    for number in range(40):
        at = datetime.fromtimestamp(NOW - 600 + 15 * number + 0.12, UTC)
        lines.append(
            f"{at:%Y-%m-%dT%H:%M:%S}.120Z INFO    4100 celery.app.trace: "
            f"Task document_processing.process_document succeeded in 1.{number:02}s\n"
        )
    return "".join(lines)
