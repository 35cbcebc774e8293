"""What several personas must agree about among themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.findings import ERROR, Finding
from bot.library.cast import bindings
from bot.persona.brand import Brand
from bot.persona.persona import Persona

# (kind, name) of what does not serve because of it, and the finding.
Fault = tuple[tuple[str, str], Finding]


def off_brand(personas: Mapping[str, Persona], brand: Brand) -> Iterator[Fault]:
    """Many personas may share one visual identity; each keeps to it, but for what is left free."""
    for persona in personas.values():
        for part, value in persona.kit.items():
            if part not in brand.kit_own and value != brand.kit.get(part):
                yield ("persona", persona.id), Finding(
                    file=f"personas/{persona.id}/persona.toml", line=1, rule="kit",
                    severity=ERROR, message=f"[kit] {part} differs from the brand's",
                    fix=f"take it out, or name {part!r} in kit_own of personas/brand.toml",
                )  # fmt: skip


def doubly_bound(personas: Mapping[str, Persona]) -> Iterator[Fault]:
    """An account has one persona."""
    owners: dict[tuple[str, str], str] = {}
    for key, persona in bindings(personas.values()):
        if owners.setdefault(key, persona) != persona:
            yield ("persona", persona), Finding(
                file=f"personas/{persona}/persona.toml", line=1, rule="account-bound-twice",
                severity=ERROR,
                message=f"{key[0]} account {key[1]} already speaks as {owners[key]}",
                fix="an account has one persona; take it out of one of the two files",
            )  # fmt: skip
