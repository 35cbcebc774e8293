"""From the text of a .j2 file to a Template. Every fault is a BadInput with a line of the file, and
all that can be found are told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.core import decode, tomlfile
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.model import ReplyKind
from bot.core.tomlfile import TomlDoc
from bot.studio import parts as shared
from bot.studio import syntax
from bot.studio.fence import split
from bot.studio.head import Head, PartHead, head_faults, make_attachment, make_var
from bot.studio.near import near
from bot.studio.parts import PartText, Whole, resolve
from bot.studio.template import KINDS, Attachment, Template, Var

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)+")
_NONE: Mapping[str, str] = MappingProxyType({})
_PART_FILE = re.compile(rf"{shared.FOLDER}/(.+)\.j2")


def parse_template(
    name: str, source: str, file: str, parts: Mapping[str, str] = _NONE
) -> Template:  # fmt: skip
    """Reads one template; ``name`` is its path under content/ without ``.j2``, ``parts`` the
    texts of the shared parts that it may include, by name.

    Raises BadInput for anything that would make it unsafe or impossible to render.
    """
    kind = _kind(name, file)
    _check_size(source, file)
    head_text, body, line = split(source, file)
    faults = Faults()
    doc = faults.attempt(tomlfile.parse, head_text, file, first_line=2)
    head, own, attachments = _head(doc, kind, faults)
    whole = faults.attempt(resolve, body, file, line, parts) or Whole("")
    faults.add(whole.faults)
    made = Template(
        name=name, kind=kind, title=head.title, genre=head.genre, origin=head.origin,
        author=head.author, licence=head.licence, consent=head.consent, audience=head.audience,
        split_max=head.split_max, ai=head.ai, vars=_merged(own, whole.parts, file, faults),
        attachments=attachments, text=whole.text, fallback=head.fallback,
        valid_from=head.valid_from, valid_to=head.valid_to, file=file, body_line=line,
        origins=whole.origins, parts=tuple(part.name for part in whole.parts),
        heads=_lines(head, doc) if doc else {},
    )  # fmt: skip
    faults.attempt(syntax.check, made.text, _types(made.vars, doc), made.at)
    faults.check()
    return made


def _head(
    doc: TomlDoc | None, kind: ReplyKind, faults: Faults
) -> tuple[Head, tuple[Var, ...], tuple[Attachment, ...]]:
    """As much of the head as can be understood, its variables and what it attaches."""
    if doc is None:
        return Head(), (), ()
    head = decode.partly(Head, doc, faults)
    faults.add(head_faults(head, kind, doc))
    own = (faults.attempt(make_var, key, raw, doc) for key, raw in head.vars.items())
    attached = (faults.attempt(make_attachment, raw, doc, i)
                for i, raw in enumerate(head.attachment))  # fmt: skip
    return head, tuple(filter(None, own)), tuple(filter(None, attached))


def _types(known: Iterable[Var], doc: TomlDoc | None) -> Mapping[str, str] | None:
    """What is declared, even where the declaration has a fault; None where that cannot be known."""
    if doc is None:
        return None
    written = doc.data.get("vars")
    typed = {name: str(raw.get("type", "text")) if isinstance(raw, dict) else "text"
             for name, raw in written.items()} if isinstance(written, dict) else {}  # fmt: skip
    return typed | {var.name: var.type for var in known}


def parse_files(name: str, files: Mapping[str, str]) -> Template:
    """A template from the files of a version: its own, and those of the parts it includes.

    Raises BadInput.
    """
    parts = {m[1]: text for key, text in files.items() if (m := _PART_FILE.fullmatch(key))}
    source = next(text for key, text in files.items() if not _PART_FILE.fullmatch(key))
    return parse_template(name, source, f"content/{name}.j2", parts)


def files_of(template: Template, source: str, parts: Mapping[str, str]) -> dict[str, str]:
    """The files that a version of ``template`` keeps; the inverse of ``parse_files``."""
    used = {f"{shared.FOLDER}/{part}.j2": parts[part] for part in template.parts}
    return {f"{template.name.rpartition('/')[2]}.j2": source, **used}


def _kind(name: str, file: str) -> ReplyKind:
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} 不能当模板名", file=file, line=1,
                       fix="写成 文件夹/名字，只用小写字母、数字、- 和 _")  # fmt: skip
    folder = name.split("/", 1)[0]
    if folder not in KINDS:
        raise BadInput(f"文件夹 {folder!r} 里不放模板", file=file,
                       fix=near(folder, KINDS))  # fmt: skip
    return KINDS[folder]


def _check_size(source: str, file: str) -> None:
    if len(source.encode("utf-8", "replace")) > shared.FILE_MAX:
        raise BadInput(f"文件超过 {shared.FILE_MAX} 字节", file=file, line=1,
                       fix="一篇模板用不了这么多，删短一些")  # fmt: skip


def _merged(
    own: Iterable[Var], parts: Iterable[PartText], file: str, faults: Faults
) -> tuple[Var, ...]:  # fmt: skip
    """The template's own variables, then what its parts declare and it does not."""
    known = {var.name: var for var in own}
    for part in parts:
        for var in _declared(part, faults):
            other = known.setdefault(var.name, var)
            if (other.source, other.type) != (var.source, var.type):
                faults.add((BadInput(
                    f"变量 {var.name!r} 和 {part.file} 里的不是一回事",
                    file=other.file or file, line=other.line,
                    fix="两处的 source 和 type 写成一样，或者换个名字"),))  # fmt: skip
    return tuple(known.values())


def _declared(part: PartText, faults: Faults) -> Iterator[Var]:
    doc = faults.attempt(_part_head, part)
    if doc is None:
        return
    for key, table in decode.partly(PartHead, doc, faults).vars.items():
        if var := faults.attempt(make_var, key, table, doc, part.file):
            yield var


def _part_head(part: PartText) -> TomlDoc:
    _check_size(part.head, part.file)
    return tomlfile.parse(part.head, part.file, first_line=2)


def _lines(head: Head, doc: TomlDoc) -> dict[str, int]:
    """Where the keys of the head stand, for findings about them."""
    keys = [key for key in doc.data if key not in ("vars", "attachment")]
    rows = [(f"attachment.{i}", ("attachment", i)) for i in range(len(head.attachment))]
    return {key: doc.line_of(at) for key, at in [*((k, (k,)) for k in keys), *rows]}
