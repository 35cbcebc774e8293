"""What serves, as a command reads it out of the database."""

from __future__ import annotations

from bot.core.config import Config
from bot.core.meaning import Meaning
from bot.library.cast import Cast, build
from bot.library.library import aliases
from bot.library.speech import Setting
from bot.store import sources, ugc, versions
from bot.store.engine import Tx


def cast_of(tx: Tx, config: Config, meaning: Meaning | None = None) -> Cast:
    """Everything that is published, but for what no consent allows."""
    return build(versions.published(tx), config.timezone, aliases(config), meaning,
                 withheld=ugc.withheld(tx), thresholds=config.orders.rfm.thresholds)  # fmt: skip


def setting_of(tx: Tx, config: Config, now: int) -> Setting:
    """What serves at ``now`` (UTC ms), under the rules of the configuration."""
    return Setting.of(config, cast_of(tx, config), now, sources.links(tx))
