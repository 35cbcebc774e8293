"""Intercept rules (敏感词, page 95097): they act on what staff type in the client."""

from __future__ import annotations

from dataclasses import dataclass

from bot.wecom.contacts.book import Desk
from bot.wecom.contacts.checks import BadCall, Json, chars, count, given

NAME, WORDS, WORD, MEMBERS, DEPARTMENTS = 20, 300, 32, 1000, 1000
SEMANTICS = {"phone": 1, "email": 2, "red_packet": 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class Intercept:
    """A rule: words, or kinds of content (``phone``, ``email``, ``red_packet``), for some members
    or departments. ``block`` stops the message, else the member is only warned."""

    name: str
    words: tuple[str, ...]
    users: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()
    semantics: tuple[str, ...] = ()
    block: bool = True

    def __post_init__(self) -> None:
        chars(self.name, NAME, "the name of a rule")
        for word in count(self.words, 1, WORDS, "words of a rule"):
            count(chars(word, WORD, "a word of a rule"), 1, WORD, "characters of a word")
        count(self.users, 0, MEMBERS, "members of a rule")
        count(self.departments, 0, DEPARTMENTS, "departments of a rule")
        if not self.name or not (self.users or self.departments):
            raise BadCall("a rule needs a name, and members or departments")
        if unknown := set(self.semantics) - SEMANTICS.keys():
            raise BadCall(f"no such kind of content: {', '.join(sorted(unknown))}")

    def call(self) -> Json:
        """The whole rule as a new one."""
        return given({
            "rule_name": self.name, "word_list": list(self.words),
            "semantics_list": [SEMANTICS[kind] for kind in self.semantics],
            "intercept_type": 1 if self.block else 2, "applicable_range": self.reach(),
        })  # fmt: skip

    def reach(self) -> Json:
        """Whom it is for."""
        return given({"user_list": list(self.users), "department_list": list(self.departments)})


class Intercepts:
    """The corp's rules, at most 100."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(self, rule: Intercept) -> str:
        """Its rule_id."""
        answer = await self._desk.api.call("externalcontact/add_intercept_rule", rule.call())
        return str(answer["rule_id"])

    async def all(self) -> list[Json]:
        """rule_id, rule_name and create_time of every rule."""
        answer = await self._desk.api.call("externalcontact/get_intercept_rule_list")
        return list(answer.get("rule_list") or ())

    async def get(self, id: str) -> Json:
        """A rule as the platform has it; kinds of content stand under ``extra_rule``."""
        answer = await self._desk.api.call("externalcontact/get_intercept_rule", {"rule_id": id})
        found: Json = answer["rule"]
        return found

    async def change(self, id: str, rule: Intercept) -> None:
        """Overwrites a rule; members and departments who are no longer named leave it."""
        before = (await self.get(id)).get("applicable_range") or {}
        now = rule.reach()
        gone = {k: [one for one in v if one not in now.get(k, ())] for k, v in before.items()}
        call = rule.call()
        call.pop("applicable_range")
        await self._desk.api.call("externalcontact/update_intercept_rule", {
            "rule_id": id, **call, "add_applicable_range": now,
            **given({"remove_applicable_range": given(gone)}),
        })  # fmt: skip

    async def remove(self, id: str) -> None:
        """Deletes a rule."""
        await self._desk.api.call("externalcontact/del_intercept_rule", {"rule_id": id})
