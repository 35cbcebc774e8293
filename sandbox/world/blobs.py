"""Bytes of uploaded media: in memory, or as files when the world is kept on disk."""

from __future__ import annotations

from pathlib import Path


class Blobs:
    """Media bytes by media id."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def _file(self, folder: Path, media_id: str) -> Path:
        return folder / media_id.replace("/", "_")

    def put(self, media_id: str, data: bytes) -> None:
        if self._folder is None:
            self._memory[media_id] = data
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(self._folder, media_id).write_bytes(data)

    def get(self, media_id: str) -> bytes | None:
        if self._folder is None:
            return self._memory.get(media_id)
        path = self._file(self._folder, media_id)
        return path.read_bytes() if path.is_file() else None
