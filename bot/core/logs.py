"""The log: one line each, for people or as JSON, without personal data and without secrets.

Three guards, because a log goes where the database must not. Our own code logs row ids, not
persons. What still looks like a person's id, a telephone number, a token or a configured secret is
masked. And words that others wrote do not pass: of a foreign logger only the template of its
message, of a foreign exception only its type and the places in the code.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from bot.core.errors import OneVoiceError

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING,
          "error": logging.ERROR}  # fmt: skip
OURS = ("bot", "scheduler", "__main__")
# Too talkative below this level, whatever log_level says.
QUIET = {"apscheduler": logging.WARNING, "wechatpy": logging.WARNING, "openai": logging.WARNING,
         "httpx2": logging.WARNING}  # fmt: skip
SECRET_MIN = 6
HIDDEN = "***"
# New with every process: equal ids look equal in one log, and nobody can look a person up.
_SALT = secrets.token_bytes(16)
_PERSON = re.compile(r"(?<![A-Za-z0-9_])(?:w[mo][A-Za-z0-9_-]{8,}|o[A-Za-z0-9_-]{15,}"
                     r"|oSBX[A-Za-z0-9_-]+|m:\d+|(?:oa|staff):[A-Za-z0-9_.@-]+)")  # fmt: skip
_TALK = re.compile(r"\b((?:kf|contact|app|robot|oa|group):[A-Za-z0-9_.-]+):([^\s:,;\"']+)")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PARAMETER = re.compile(
    r"(?i)\b([a-z_]*(?:secret|token|key|password|signature|ticket|code|echostr)[a-z_]*=)[^\s&,;'\"]+"
)
_LONG = re.compile(r"(?<![A-Za-z0-9_/.-])[A-Za-z0-9_+/-]{36,}={0,2}(?![A-Za-z0-9_/.-])")
# Their messages name types, files or names in the code, never what somebody wrote.
_TELLING = (OneVoiceError, OSError, ImportError, TypeError, AttributeError, NameError)
_known: tuple[str, ...] = ()


def keep_secret(values: Iterable[str]) -> None:
    """Masks these words wherever they appear, from now on."""
    global _known
    new = {*_known, *(value for value in values if len(value) >= SECRET_MIN)}
    _known = tuple(sorted(new, key=lambda each: (-len(each), each)))


def short(person: str) -> str:
    """A person's id as eight digits that mean nothing outside this process."""
    digest = hashlib.blake2b(person.encode("utf-8", "replace"), key=_SALT, digest_size=4)
    return f"#{digest.hexdigest()}"


def masked(text: str) -> str:
    """``text`` in one line, without what must not stand in a log."""
    for value in _known:
        text = text.replace(value, HIDDEN)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    text = _TALK.sub(lambda found: f"{found[1]}:{short(found[2])}", text)
    text = _PERSON.sub(lambda found: short(found[0]), text)
    text = _LONG.sub(HIDDEN, _MAIL.sub(HIDDEN, _PHONE.sub(HIDDEN, text)))
    return " ".join(text.split())


def is_ours(logger: str) -> bool:
    """True for loggers of this product."""
    return logger.partition(".")[0] in OURS


def event_of(record: logging.LogRecord) -> str:
    """The words of a record: of a foreign one the first line of its template alone."""
    if is_ours(record.name):
        return masked(record.getMessage())
    return masked(str(record.msg).partition("\n")[0])


def fault_of(exc: BaseException) -> dict[str, Any]:
    """An exception: its type, what it may tell, where in the code, and what caused it."""
    shown: dict[str, Any] = {"type": type(exc).__name__, "where": _places(exc.__traceback__)}
    if isinstance(exc, _TELLING):
        shown["why"] = masked(_why(exc))
    cause = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if cause is not None:
        shown["cause"] = type(cause).__name__
    return shown


def _why(exc: BaseException) -> str:
    if isinstance(exc, OSError):
        return exc.strerror or ""
    return str(exc)


def _places(trace: TracebackType | None) -> list[str]:
    """``file:line function``, outermost first; no line of code, no values."""
    frames = traceback.extract_tb(trace, limit=-12)
    return [f"{_brief(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _brief(path: str) -> str:
    """The last folders of a path: where the product is installed is nobody's business."""
    return "/".join(path.replace("\\", "/").split("/")[-3:])


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Text(logging.Formatter):
    """``time level logger: event``, faults indented below."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_time(record)} {record.levelname} {record.name}: {event_of(record)}"
        fault = fault_of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None
        if fault is None:
            return head
        why = f": {fault['why']}" if fault.get("why") else ""
        return "\n".join([head, f"  {fault['type']}{why}", *(f"  at {x}" for x in fault["where"])])


class Json(logging.Formatter):
    """One object: time, level, logger, event, the record's own fields, fault."""

    _usual = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {"time": _time(record), "level": record.levelname.lower(),
                               "logger": record.name, "event": event_of(record)}  # fmt: skip
        own = {k: v for k, v in vars(record).items() if k not in self._usual}
        if own and is_ours(record.name):
            row["fields"] = {name: _plain(value) for name, value in own.items()}
        if record.exc_info and record.exc_info[1] is not None:
            row["fault"] = fault_of(record.exc_info[1])
        return json.dumps(row, ensure_ascii=False)


def _plain(value: object) -> Any:
    return value if isinstance(value, int | float | bool) or value is None else masked(str(value))


FORMATS: dict[str, type[logging.Formatter]] = {"text": Text, "json": Json}


def set_up(level: str, form: str, stream: TextIO | None = None) -> logging.Handler:
    """Every logger of the process writes through one handler; uncaught errors do too."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(FORMATS[form]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS[level])
    for name, lowest in QUIET.items():
        logging.getLogger(name).setLevel(max(lowest, LEVELS[level]))
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
    sys.unraisablehook = lambda args: _uncaught(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
    return handler


def _uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:  # fmt: skip
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, error, trace))
