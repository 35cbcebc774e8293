"""Goods into content/catalogue.csv: rows are added and changed, never removed.

A row is known by its number. An empty cell leaves what is there.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.core import csvfile
from bot.core.goods import Good
from bot.library.imports.questions import report
from bot.library.imports.read import understand
from bot.library.imports.report import Line, Refusal, Report, done
from bot.library.imports.sheet import Column, Record
from bot.studio.catalogue import HEADER, parse_catalogue

COLUMNS = (
    Column("sku", ("编号", "货号", "商品编号", "商品编码", "编码", "款号", "sku"), needed=True),
    Column("name", ("名称", "商品名称", "商品名", "品名", "商品", "name")),
    Column("price", ("价格", "售价", "单价", "零售价", "定价", "price")),
    Column("valid_from", ("生效", "生效日期", "生效日", "开始日期", "上架日期", "valid_from")),
    Column("valid_to", ("失效", "失效日期", "失效日", "结束日期", "截止日期", "下架日期",
                        "valid_to")),
)  # fmt: skip
NAMES = {column.key: column.names[0] for column in COLUMNS}
NAME_MAX = 200
_MONEY = re.compile(r"[¥$]?\s*(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(\.\d{1,2})?\s*(?:元|圆|rmb|cny)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 0+:00(?::00)?)?")


def import_catalogue(
    content: bytes, file: str, current: str, shown: str = "content/catalogue.csv"
) -> Report:
    """What an import makes of ``current``, the text of a catalogue that may be empty.

    Raises BadInput when the import cannot be read, or when ``current`` has errors of its own.
    """
    upload = understand(content, COLUMNS, file)
    empty = not current.strip(csvfile.BOM + " \r\n")
    goods = {good.sku: good for good in (() if empty else parse_catalogue(current, shown))}
    taken: dict[str, int] = {}
    lines = tuple(_take(goods, record, taken) for table in upload.tables
                  for record in table.records)  # fmt: skip
    mark = csvfile.BOM if current.startswith(csvfile.BOM) else ""
    return report(upload, mark + _text(goods), lines)


def _take(goods: dict[str, Good], record: Record, taken: dict[str, int]) -> Line:
    sku = record.cells["sku"]
    before = goods.get(sku)
    try:
        if sku in taken:
            raise Refusal("twice", "sku", value=sku, other=taken[sku])
        after = _good(record, before)
    except Refusal as refusal:
        return refusal.line(record, sku)
    goods[sku], taken[sku] = after, record.line
    changed = [name for key, name in NAMES.items() if getattr(before, key, None)
               != getattr(after, key)]  # fmt: skip
    return done(record, sku, changed, new=before is None)


def _good(record: Record, before: Good | None) -> Good:
    given = {key: cell for key, cell in record.cells.items() if cell}
    for key in ("sku", "name", "price"):
        if key not in given and not (before and key != "sku"):
            raise Refusal("empty", key, what=NAMES[key])
    for key, most in (("sku", NAME_MAX), ("name", NAME_MAX)):
        if len(given.get(key, "")) > most or "\n" in given.get(key, ""):
            raise Refusal("long", key, what=NAMES[key], most=most)
    good = before or Good(sku=given["sku"], name="", price=Decimal(0))
    good = replace(good, name=given.get("name", good.name))
    if "price" in given:
        good = replace(good, price=_price(given["price"], good.price))
    start = _day(given, "valid_from") or good.valid_from
    end = _day(given, "valid_to") or good.valid_to
    if start and end and start > end:
        raise Refusal("order", "valid_to")
    return replace(good, valid_from=start, valid_to=end)


def _price(cell: str, before: Decimal) -> Decimal:
    """Yuan, however people write them: ¥68, 68元, 1,299.00."""
    found = _MONEY.fullmatch(unicodedata.normalize("NFKC", cell).strip().casefold())
    if found is None or "$" in cell:
        raise Refusal("price", "price", value=cell[:40])
    price = Decimal(found[1].replace(",", "") + (found[2] or ""))
    return before if before == price else price


def _day(given: dict[str, str], key: str) -> date | None:
    """A day, however people write it: 2026-11-21, 2026/11/21, 2026年11月21日."""
    if key not in given:
        return None
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", given[key]).strip())
    try:
        return date(*map(int, found.groups())) if found else _compact(given[key])
    except ValueError:
        raise Refusal("date", key, value=given[key][:40]) from None


def _compact(text: str) -> date:
    if not re.fullmatch(r"20[0-9]{6}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _text(goods: dict[str, Good]) -> str:
    made = io.StringIO()
    write = csv.writer(made, lineterminator="\n").writerow
    write(HEADER)
    for good in goods.values():
        write([good.sku, good.name, f"{good.price:.2f}", good.valid_from or "",
               good.valid_to or ""])  # fmt: skip
    return made.getvalue()
