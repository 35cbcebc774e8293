"""The peer of ``ingest``: a WeCom callback service of the usual shape, as tutorials write it.

Flask, wechatpy for crypto and parsing, one SQLite connection for each worker process, a UNIQUE
message id against repeats, a full commit before the answer. gunicorn runs it with two sync
workers. Nothing of the product is used here.
"""

from __future__ import annotations

import os
import sqlite3
import time
from functools import cache
from pathlib import Path

from flask import Flask, Response, request
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work import parse_message
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.exceptions import InvalidCorpIdException

_PARTS = Path(__file__).with_suffix(".sql").read_text("utf-8").split("-- name: ")[1:]
SQL = {name: text for name, _, text in (part.partition("\n") for part in _PARTS)}
SLOW = float(os.environ.get("BENCH_SLOW_MS", "0")) / 1000

app = Flask(__name__)
crypto = WeChatCrypto(os.environ["BENCH_TOKEN"], os.environ["BENCH_KEY"], os.environ["BENCH_CORP"])


@cache
def database() -> sqlite3.Connection:
    """The connection of this worker."""
    connection = sqlite3.connect(os.environ["BENCH_DB"], timeout=30)
    connection.execute(SQL["full"])
    return connection


def prepare() -> None:
    """Makes the table, once: gunicorn loads this file before it starts its workers."""
    with sqlite3.connect(os.environ["BENCH_DB"]) as connection:
        connection.execute(SQL["wal"])
        connection.execute(SQL["schema"])
    connection.close()


prepare()


@app.post("/callback")
def callback() -> Response | tuple[str, int]:
    """Verify, decrypt, parse, keep, answer."""
    args = request.args
    try:
        text = crypto.decrypt_message(
            request.get_data(), args["msg_signature"], args["timestamp"], args["nonce"]
        )
    except (InvalidSignatureException, InvalidCorpIdException):
        return "signature", 403
    message = parse_message(text)
    row = (str(message.id), message.source, message.type, getattr(message, "content", ""),
           int(message.time), time.monotonic())  # fmt: skip
    connection = database()
    connection.execute(SQL["add"], row)
    if SLOW:
        time.sleep(SLOW)
    connection.commit()
    return Response("success")


@app.get("/count")
def count() -> str:
    """How many messages it has kept."""
    return str(database().execute(SQL["count"]).fetchone()[0])
