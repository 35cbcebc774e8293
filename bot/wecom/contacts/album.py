"""The corp's product album (商品图册, page 95096): what members may show in a chat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given, number
from bot.wecom.contacts.paging import rows
from bot.wecom.media import ALBUM

WORDS, PRICE, NUMBER, PICTURES, PAGE = 300, 5_000_000, 128, 9, 100
_PATH = "externalcontact/{}_product_album"
_NUMBER = re.compile(r"[0-9A-Za-z]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A product: ``price`` in fen, up to nine pictures by their asset names."""

    words: str
    price: int
    pictures: tuple[str, ...]
    number: str = ""

    def __post_init__(self) -> None:
        chars(self.words, WORDS, "the description of a product")
        number(self.price, 0, PRICE, "the price of a product in fen")
        count(self.pictures, 1, PICTURES, "pictures of a product")
        if not _NUMBER.fullmatch(self.number) or len(self.number) > NUMBER:
            raise BadCall(f"a product number has up to {NUMBER} letters and digits")


class Album:
    """Products that members can send."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, product: Product) -> str:
        """Its product_id."""
        answer = await self._desk.api.call(_PATH.format("add"), await self._call(product))
        return str(answer["product_id"])

    async def change(self, id: str, product: Product) -> None:
        """Overwrites a product."""
        call = {"product_id": id, **await self._call(product)}
        await self._desk.api.call(_PATH.format("update"), call)

    async def get(self, id: str) -> Json:
        """A product as the platform has it."""
        answer = await self._desk.api.call(_PATH.format("get"), {"product_id": id})
        found: Json = answer["product"]
        return found

    async def each(self) -> AsyncIterator[Json]:
        """All products."""
        path = "externalcontact/get_product_album_list"
        async for row in rows(self._desk.api, path, {}, "product_list", limit=PAGE):
            yield row

    async def remove(self, id: str) -> None:
        """Deletes a product."""
        await self._desk.api.call(_PATH.format("delete"), {"product_id": id})

    async def _call(self, product: Product) -> Json:
        names = [await self._desk.uploads.name_of(self._desk.api, picture, "image", ALBUM)
                 for picture in product.pictures]  # fmt: skip
        pictures = [{"type": "image", "image": {"media_id": name}} for name in names]
        return given({"description": product.words, "product_sn": product.number}) | {
            "price": product.price, "attachments": pictures}  # fmt: skip
