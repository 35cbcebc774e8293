"""``onevoice mix``: what a week's posts are made of, and what to add."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from bot.commands.casting import setting_of
from bot.commands.database import read
from bot.commands.options import looking, read_config
from bot.core.clock import local
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.library.mixing import FeedMix, Week, mixes, reach
from bot.offset import clock_of
from bot.store import mix as posts
from bot.store.engine import Tx
from bot.studio.mix import FEEDS, GENRE_NAMES, Share
from bot.studio.template import GENRES


@click.command()
@looking
@click.option("--week", "name", metavar="YYYY-Www", help="Default: this week.")
@click.option("--persona", metavar="P", help="Only this persona.")
def mix(
    config_path: Path, data: Path | None, json_out: bool, name: str | None, persona: str | None
) -> None:  # fmt: skip
    """Genres, origins and what sells in a week: as planned, as sent, and what to mend."""
    config = read_config(config_path, data)
    _check(config, config_path)
    now = clock_of(config).now()
    today = local(now, config.timezone).date()
    week = Week.parse(name, config.timezone) if name else Week.of(today, config.timezone)

    def look(tx: Tx) -> tuple[FeedMix, ...]:
        setting = setting_of(tx, config, now)
        if persona is not None and persona not in setting.cast.scripts:
            known = ", ".join(sorted(setting.cast.scripts)) or "none"
            raise click.UsageError(f"no persona {persona!r} serves; known: {known}")
        rows = posts.sent(tx, *reach(config.mix, week, now))
        return mixes(setting, rows, config.mix, week, persona)

    found = read(config, look)
    if json_out:
        click.echo(orjson.dumps({"week": week.name, "mixes": [m.as_dict() for m in found]}))
        return
    click.echo(week.name)
    for one in found:
        for line in _lines(one):
            click.echo(line)


def _check(config: Config, path: Path) -> None:
    for genre in config.mix.wished:
        if genre not in GENRES:
            raise BadInput(f"mix.wished: {genre!r} is no genre", file=path,
                           fix="one of " + ", ".join(GENRES))  # fmt: skip


def _lines(one: FeedMix) -> Iterator[str]:
    """The mix of one feed, for people."""
    yield f"\n{one.persona} · {FEEDS[one.feed]}"
    for word, was_sent, posts_of in (("计划", False, one.planned), ("已发", True, one.sent)):
        selling = sum(post.sells for post in posts_of)
        parts = [
            f"{word} {len(posts_of)} 条" + (f"，其中带货 {selling} 条" if selling else ""),
            *(_shares(kind(sent=was_sent)) for kind in (one.genres, one.origins)),
        ]
        yield "  " + "；".join(filter(None, parts))
    for warning in one.warned:
        yield f"  注意：{warning.message}。{warning.fix}。"
    for idea in one.suggested:
        yield f"  可以加：{idea.template}（{idea.title}）{idea.why}"


def _shares(shares: tuple[Share, ...]) -> str:
    return "，".join(f"{GENRE_NAMES.get(one.name, one.name)} {one.number}" for one in shares)
