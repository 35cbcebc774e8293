"""Reading a text file that a person wrote: UTF-8 with or without a byte-order mark, bounded."""

from __future__ import annotations

from pathlib import Path

from bot.core.errors import BadInput

SIZE_MAX = 4 * 1024 * 1024


def read_text(path: Path, shown: str, size_max: int = SIZE_MAX) -> str:
    """The file's text; ``shown`` names it in errors. Raises BadInput with line and fix."""
    try:
        if path.stat().st_size > size_max:
            raise BadInput(f"the file is over {size_max} bytes", file=shown)
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        raise BadInput(f"not UTF-8 (byte {exc.start})", file=shown, line=line,
                       fix="save as UTF-8") from None  # fmt: skip
    except FileNotFoundError:
        raise BadInput("no such file", file=shown) from None
    except OSError as exc:
        raise BadInput(f"cannot be read: {exc.strerror}", file=shown) from None
