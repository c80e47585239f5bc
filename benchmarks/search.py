"""How fast documents come into the search index, and how soon a query is answered.

``python -m benchmarks.search``: prints what was measured, then all of it as one JSON object.
The documents are generated: as long as a press release, with words as frequent as in a language.
"""

import argparse
import itertools
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from worker_core.storage import Section, Storage, schema
from worker_core.storage.engine import create_engine, writing

WORDS_EACH = 180
VOCABULARY = 20_000
QUERIES = 400
TOPICS = (
    *("revenue", "margin", "guidance", "customers", "demand", "acquisition", "dividend"),
    *("inventory", "lease", "supply", "pricing", "currency", "goodwill", "inflation"),
    *("impairment", "liquidity", "restructuring", "backlog", "litigation", "pension"),
    *("warranty", "buyback", "covenant", "tariff", "cybersecurity"),
)
"""From words that half of all documents have to words that one in a hundred has."""
COMPANIES = ("Harrow Vale", "Lindqvist Marine", "Ostrava Power", "Corvid Foods")


def vocabulary(random_of: random.Random) -> tuple[list[str], list[float]]:
    """Words, and how often each is drawn at most (Zipf's law, cumulated)."""
    letters = "etaoinshrdlucm"
    words = [
        "".join(random_of.choices(letters, k=random_of.randint(3, 10))) for _ in range(VOCABULARY)
    ]
    for place, topic in enumerate(TOPICS):
        words[round(20 * 1.2**place)] = topic
    return words, list(itertools.accumulate(1 / (rank + 8) for rank in range(len(words))))


def fill(storage: Storage, count: int, random_of: random.Random) -> int:
    """Store so many documents; how many characters they have."""
    words, weights = vocabulary(random_of)
    characters = 0
    for number in range(count):
        drawn = random_of.choices(words, cum_weights=weights, k=WORDS_EACH)
        text = f"Release {number}. " + " ".join(drawn) + "."
        middle = len(text) // 2
        sha256 = f"{number:064x}"
        storage.documents.register(sha256, f"{number}.txt", len(text), "text/plain", "bench")
        storage.documents.save_parsed(
            sha256,
            text=text,
            sections=[Section("Item 2.02", "Results", 0, middle)],
            parser_version="bench",
            company=COMPANIES[number % len(COMPANIES)],
            ticker=f"T{number % 500}",
            document_type="8-K",
        )
        characters += len(text)
    return characters


def index(storage: Storage) -> float:
    """Processor seconds to index all documents, of which the index has none."""
    began, last = time.process_time(), 0
    while (done := storage.search.update(last)) is not None:
        last = done.last
    return time.process_time() - began


@dataclass(frozen=True)
class Taken:
    """Milliseconds to the first page of each query, with its snippets: on the clock, and of the
    processor, which tells the same on a computer that is busy with other things."""

    wall: list[float]
    cpu: list[float]


def ask(storage: Storage, queries: Sequence[str]) -> Taken:
    """Ask all of the queries, one after the other."""
    taken = Taken([], [])
    for query in queries:
        cpu, began = time.process_time(), time.perf_counter()
        storage.search.find(query)
        taken.wall.append(1000 * (time.perf_counter() - began))
        taken.cpu.append(1000 * (time.process_time() - cpu))
    return taken


def measure(count: int) -> dict[str, float]:
    """All figures, by name."""
    random_of = random.Random(7)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'afi.sqlite3'}"
        with Storage.open(url, folder) as storage:
            began = time.process_time()
            characters = fill(storage, count, random_of)
            stored = time.process_time() - began
            _empty(url)
            seconds = index(storage)
            queries = [" ".join(random_of.sample(TOPICS, k=2 + n % 2)) for n in range(QUERIES)]
            ask(storage, queries[:20])
            both = ask(storage, queries)
            one = ask(storage, TOPICS * 8)
            phrase = ask(storage, [f'"{query}"' for query in queries])
    return {
        "documents": count,
        "characters_each": round(characters / count),
        "index_per_cpu_s": round(count / seconds),
        "index_mb_per_cpu_s": round(characters / seconds / 1e6, 1),
        "stored_and_indexed_per_cpu_s": round(count / stored),
        "p50_ms": round(statistics.median(both.wall), 2),
        "p95_ms": round(_p95(both.wall), 2),
        "p95_cpu_ms": round(_p95(both.cpu), 2),
        "one_word_p95_ms": round(_p95(one.wall), 2),
        "one_word_p95_cpu_ms": round(_p95(one.cpu), 2),
        "phrase_p95_ms": round(_p95(phrase.wall), 2),
        "phrase_p95_cpu_ms": round(_p95(phrase.cpu), 2),
    }


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(0.95 * len(taken))]


def _empty(url: str) -> None:
    engine = create_engine(url)
    with writing(engine) as connection:
        connection.execute(delete(schema.search_passages))
        connection.execute(delete(schema.index_state))
    engine.dispose()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=10_000, help="how many there are")
    figures = measure(options.parse_args().documents)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
