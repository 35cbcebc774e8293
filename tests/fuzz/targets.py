"""What strangers, authors and operators may send, as functions of bytes that must not fall over.

Each target swallows the errors that the code declares and nothing else. Bounds on work are part of
the law: sizes are asserted here, and time by the size limits of the code under test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from bot.commands.ask import _question
from bot.commands.log import _since
from bot.core import tomlfile
from bot.core.body import plain
from bot.core.config import Config, Limits
from bot.core.decode import decode
from bot.core.errors import BadInput
from bot.core.goods import Good
from bot.core.model import Inbound
from bot.core.signed import make_state, state_is_good
from bot.core.textfile import read_text
from bot.library.disk import read_disk
from bot.persona.brand import Brand, parse_brand
from bot.persona.dialogue import parse_dialogue
from bot.persona.faq import parse_faq
from bot.persona.load import understand
from bot.persona.match import Matcher, Wording
from bot.persona.script import Script
from bot.persona.talk import Talker, as_json
from bot.store.codec import to_json
from bot.studio.catalogue import parse_catalogue
from bot.studio.lint import Rules, lint_template
from bot.studio.parse import parse_template
from bot.studio.render import OUTPUT_MAX, CannotRender, Shelf
from bot.wecom.codec import BadCallback, Door, decrypt, encrypt, open_letter, parse_xml, sign
from bot.wecom.inbound import ArchiveNews, KfNews, from_callback, from_kf
from bot.wecom.oa import codec as oa
from bot.wecom.oa.inbound import from_oa
from bot.wecom.robot import frames
from bot.wecom.robot.account import Account
from bot.wecom.robot.inbound import understand as understand_robot
from bot.wecom.robot.media import BadMedia
from bot.wecom.robot.media import decrypt as decrypt_media
from sandbox.errors import ApiError
from sandbox.fields import Field, check
from scheduler.calendar import parse_calendar
from scheduler.flows import parse_flow
from tests.unit.persona.looking import inspect
from tests.unit.studio.hostile import HEAD, PARTS

ROOT = Path(__file__).parents[2]
BRAND = ROOT / "tests" / "fixtures" / "brand"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
DOOR = Door("FuzzToken42", KEY, "wwFUZZ")
ROBOT = Account(name="desk", bot_id="aib1", called="小盏", socket=False, url="", secret="")
PREFIX = b"0123456789abcdef"
NOW = 1_790_000_000_000
REASON_MAX = 60
MESSAGE_MAX = 2_000


def text_of(data: bytes) -> str:
    """Any bytes as text that could have come in as UTF-8."""
    return data.decode("utf-8", "replace")


def short(error: Exception) -> None:
    """A refusal is one short line: it goes into an answer, a counter's label and a log."""
    reason = str(error)
    assert reason, error
    assert len(reason) <= REASON_MAX, reason
    assert "\n" not in reason, reason


def told(error: BadInput) -> None:
    """A fault in a file names the file, and does not quote all of it."""
    assert error.file is not None
    assert (error.line or 1) >= 1
    assert 0 < len(error.message) <= MESSAGE_MAX, error.message[:200]


def storable(event: Inbound | KfNews | ArchiveNews) -> None:
    """What was understood can be written to the inbox, on both engines."""
    if isinstance(event, Inbound):
        to_json(event.data).encode()
        for word in (event.account, event.peer, event.kind, event.text, event.event, event.dedupe):
            word.encode()
        assert 0 <= event.sent_at < 2**63


def codec(data: bytes) -> None:
    """Base64, AES, padding, length, receive id: as ciphertext, and as what was encrypted."""
    text = data.decode("latin-1")
    for sealed in (text, encrypt(DOOR, data, PREFIX)):
        signature = sign(DOOR.token, "1", "n", sealed)
        try:
            open_letter(DOOR, signature, "1", "n", sealed)
        except BadCallback as error:
            short(error)
    try:
        decrypt(DOOR, _raw(data))
    except BadCallback as error:
        short(error)


def _raw(data: bytes) -> str:
    """Ciphertext of exactly these bytes, filled up to whole blocks."""
    import base64

    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    key = DOOR.key_bytes()
    cipher = Cipher(AES(key), CBC(key[:16])).encryptor()
    whole = data + b"\x01" * (-len(data) % 32)
    return base64.b64encode(cipher.update(whole) + cipher.finalize()).decode()


def xml(data: bytes) -> None:
    """The body of a callback, before and after decryption, to the end of ``understand``."""
    try:
        tree = parse_xml(data)
        json.dumps(tree).encode()
    except BadCallback as error:
        short(error)
        return
    for understood in (lambda: from_callback("1000002", tree, NOW),
                       lambda: from_oa("oa", tree, NOW)):  # fmt: skip
        try:
            storable(understood())
        except ValueError as error:
            short(error)


def oa_door(data: bytes) -> None:
    """The door of an official account: query and body, plain and sealed."""
    parts = data.split(b"\n", 3)
    words = [text_of(part) for part in parts[:3]] + [""] * 3
    query = {"timestamp": words[0], "nonce": words[1], "encrypt_type": words[2], "echostr": "e"}
    query["signature"] = oa.signature("t", words[0], words[1])
    sealed = encrypt(DOOR, parts[-1], PREFIX)
    query["msg_signature"] = sign(DOOR.token, words[0], words[1], sealed)
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    for door in (oa.OaDoor("t"), oa.OaDoor("t", DOOR)):
        for call in (lambda d=door: oa.echo(d, query),
                     lambda d=door: oa.open_letter(d, query, parts[-1]),
                     lambda d=door: oa.open_letter(d, query, body)):  # fmt: skip
            try:
                call()
            except BadCallback as error:
                short(error)


def kf(data: bytes) -> None:
    """One message of a kf page, as the platform's JSON."""
    message = _json_object(data)
    if message is not None:
        storable(from_kf("wk1", message, NOW))


def robot(data: bytes) -> None:
    """A robot's letter, by socket and by URL."""
    try:
        frame = frames.parse(data)
        assert frame.event is not None
        _understood(frame.body, "req1")
    except frames.BadFrame as error:
        short(error)
    body = _json_object(data)
    if body is not None:
        _understood(body, "")


def _understood(body: Mapping[str, Any], req_id: str) -> None:
    try:
        storable(understand_robot(ROBOT, body, NOW, Limits(), req_id=req_id, epoch=1))
    except ValueError as error:
        short(error)


def _json_object(data: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def media(data: bytes) -> None:
    """A file that a member sent to a robot: the key is his, too."""
    key, _, sealed = data.partition(b"\n")
    for aeskey in (text_of(key), KEY):
        try:
            decrypt_media(sealed, aeskey)
        except BadMedia as error:
            short(error)


def template(data: bytes) -> None:
    """An author's template: a body under a good head, and a whole file."""
    text = text_of(data)
    for source in (HEAD + text, text):
        try:
            made = parse_template("care/x", source, "x.j2", {**PARTS, "fuzz": text})
        except BadInput as error:
            told(error)
            continue
        list(lint_template(made, Rules(taboo=("最",), goods=("茶",))))
        try:
            shown = Shelf.of([made]).render_sample("care/x")
        except CannotRender:
            continue
        assert len(shown.text) <= OUTPUT_MAX


def table(data: bytes) -> None:
    """faq.csv and catalogue.csv, with the header and without."""
    body = text_of(data)
    for text in (body, "id,question,similar,answer\n" + body):
        rows, found = parse_faq(text, "faq.csv")
        assert all(f.line >= 1 and f.message for f in found)
        assert len(rows) <= text.count("\n") + text.count("\r") + 1
    for text in (body, "sku,name,price,valid_from,valid_to\n" + body):
        try:
            parse_catalogue(text, "catalogue.csv")
        except BadInput as error:
            told(error)


def script(data: bytes) -> None:
    """Every TOML file that people edit."""
    text = text_of(data)
    for read in (
        lambda: decode(Config, tomlfile.parse(text, "config.toml")),
        lambda: parse_brand(text, "brand.toml"),
        lambda: parse_dialogue(text, "dialogue.toml"),
        lambda: parse_flow(text, "flows/x.toml"),
        lambda: parse_calendar(text, "calendar.toml", "Asia/Shanghai"),
    ):
        try:
            read()
        except BadInput as error:
            told(error)
    found = understand({"persona.toml": text, "dialogue.toml": text, "faq.csv": text}, "p/x")
    assert all(f.message for f in found.findings)


@cache
def _matcher() -> Matcher:
    words = ("绿茶用多少度的水泡", "怎么退货", "how much is the green tea", "运费多少", "ﬀ茶")
    return Matcher.of([Wording(f"r{i}", word) for i, word in enumerate(words)])


@cache
def _script() -> Script:
    from bot.core.config import load_config

    config = load_config(BRAND / "config.toml")
    disk = read_disk(config)
    name = sorted(disk.personas)[0]
    return Script.of(disk.personas[name], disk.brand, Shelf.of(disk.templates.values()),
                     zone=config.timezone)  # fmt: skip


def persona() -> Talker:
    """The test brand's persona, fresh, without database or network."""
    return Talker(_script())


def words(data: bytes) -> None:
    """What a member types: matched, decided, guarded."""
    text = text_of(data)
    for found in _matcher().best(text):
        assert 0.0 <= found.score <= 1.0
    decision = persona().say(text, str(hash(data) % 7), NOW)
    orjson.dumps(as_json(decision))
    assert sum(len(plain(draft.body)) for draft in decision.drafts) < 20_000


def guard(data: bytes) -> None:
    """The last look at a text."""
    text = text_of(data)
    brand = Brand(name="b", taboo=("最好", "a.b", "İ"), link_domains=("shop.example",))
    from decimal import Decimal

    for found in inspect(text, brand, None, (Good(sku="1", name="茶", price=Decimal(68)),), NOW):
        assert 0 <= found.start < found.end <= len(text)
        assert found.code
        assert found.message


def signed(data: bytes) -> None:
    """A state that came back through a browser."""
    text = text_of(data)
    assert not state_is_good(b"key", "s", text, NOW)
    good = make_state(b"key", "s", "0123456789abcdef", NOW)
    assert not state_is_good(b"key", "s" + text + "x", good, NOW)
    assert state_is_good(b"key", "s", good, NOW)


SCHEMA = {
    "text": Field(kind="str", max_bytes=64), "number": Field(kind="int", low=0, high=9),
    "ratio": Field(kind="num"), "flag": Field(kind="bool"), "any": Field(kind="any"),
    "list": Field(kind="list", item=Field(kind="str"), max_items=3),
    "one": Field(kind="str", choices=("a", "b")),
    "obj": Field(kind="obj", fields={"deep": Field(kind="int", required=True)}),
}  # fmt: skip


def sandbox_fields(data: bytes) -> None:
    """The sandbox's own gate: the field table that every call passes."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        try:
            json.dumps(check(SCHEMA, body))
        except ApiError as error:
            assert error.errcode


def ask_line(data: bytes) -> None:
    """A line of ``ask --jsonl``: an answer that can be printed, or one error."""
    try:
        text, member = _question(text_of(data), 1)
    except BadInput as error:
        told(error)
        return
    orjson.dumps(as_json(persona().say(text, member, NOW)))


def since(data: bytes) -> None:
    """``log --since``."""
    import click

    try:
        found = _since(text_of(data), "Asia/Shanghai", 1_790_000_000_000)
    except click.UsageError:
        return
    assert found is None or abs(found) < 2**63


@dataclass(frozen=True, slots=True)
class Target:
    """A function that must not fall over, and files of the repository that show it what is good."""

    run: Callable[[bytes], None]
    samples: tuple[str, ...] = ()
    most: int = 4096


TARGETS: Mapping[str, Target] = {
    "codec": Target(codec),
    "xml": Target(xml),
    "oa": Target(oa_door),
    "kf": Target(kf),
    "robot": Target(robot),
    "media": Target(media),
    "template": Target(template, ("content/*/*.j2",), 9_000),
    "table": Target(table, ("personas/*/faq.csv", "content/catalogue.csv")),
    "script": Target(script, ("config.toml", "personas/*/*.toml", "personas/brand.toml",
                              "content/flows/*.toml", "content/calendar.toml")),
    "words": Target(words),
    "guard": Target(guard),
    "signed": Target(signed),
    "sandbox": Target(sandbox_fields),
    "ask": Target(ask_line),
    "since": Target(since),
}  # fmt: skip


def read_file_of(path: Path) -> str | None:
    """What the file readers make of any bytes on disk: text, or BadInput."""
    try:
        return read_text(path, path.name)
    except BadInput as error:
        told(error)
        return None
