"""The two +++ lines of a .j2 file: the TOML head between them, the text below."""

from __future__ import annotations

from bot.core.errors import BadInput

FENCE = "+++"


def split(source: str, file: str) -> tuple[str, str, int]:
    """Head, body and the line on which the body starts. Raises BadInput."""
    lines = plain(source).split("\n")
    if lines[0].rstrip() != FENCE:
        raise BadInput("模板的第一行应当是 +++", file=file, line=1,
                       fix="把头部放在两行 +++ 之间")  # fmt: skip
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise BadInput("头部没有收尾", file=file, line=1, fix="补上第二行 +++")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def split_part(source: str, file: str) -> tuple[str, str, int]:
    """The same for a shared part, which may do without a head."""
    text = plain(source)
    return split(text, file) if text.startswith(FENCE) else ("", text, 1)


def plain(source: str) -> str:
    """Without a byte-order mark, lines ended as everywhere else."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n")
