"""What is to be said about a week's mix, in the language of the page."""

from __future__ import annotations

from bot.console.words import said_or, say
from bot.studio.mix import GENRE_NAMES, LACKS, Warned

_KEYS = {name: key for key, name in GENRE_NAMES.items()}


def said(lang: str, one: Warned) -> str:
    """What is wrong, and what to do about it here."""
    genre, origin = str(one.facts.get("genre", "")), str(one.facts.get("origin", ""))
    genres = [said_or(lang, f"content_genre.{key}", key)
              for key in one.facts.get("keys", (_KEYS.get(genre, genre),))]  # fmt: skip
    lacks = [say(lang, f"mix_warned.lacks_{name}") for name, word in LACKS.items()
             if word in str(one.facts.get("what", ""))]  # fmt: skip
    facts = {**one.facts, "genre": say(lang, "mix_warned.and").join(genres),
             "origin": said_or(lang, f"content_origin.{origin}", origin),
             "what": say(lang, "mix_warned.both").join(lacks)}  # fmt: skip
    return f"{say(lang, f'mix_warned.{one.code}', **facts)} · {say(lang, f'mix_fix.{one.code}')}"
