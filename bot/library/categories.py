"""``[orders.categories]`` on its way into the database, which derives the journey by it."""

from __future__ import annotations

from bot.core.config import Config
from bot.members.journey import Signs
from bot.store import categories, journeys
from bot.store.engine import Row, Store


async def settle(store: Store, config: Config) -> bool:
    """Takes over what the settings say of categories; when it is something new, everybody's journey
    is derived anew, a page of people at a time. True when it was."""
    if not await store.write(categories.settle, rows(config)):
        return False
    after = ""
    while people := await store.read(journeys.people, after):
        await store.write(journeys.again, people)
        after = people[-1]
    return True


def rows(config: Config) -> list[Row]:
    """The categories as the database keeps them."""
    return [
        {"name": name, "dear": int(one.dear), "seldom": int(one.seldom),
         "signs": Signs(content=one.content, links=one.links, tags=one.tags, facts=one.facts)}
        for name, one in config.orders.named.items()
    ]  # fmt: skip
