"""Statistics (pages 92132, 92133), counted from what the world still holds."""

from __future__ import annotations

from sandbox.rules import groups
from sandbox.world.model import Json
from sandbox.world.world import World

DAY_S = 86_400


def behavior(world: World, users: list[str], start: int, end: int) -> list[Json]:
    """One row per day; several members are summed."""
    relations = [
        each for userid in users for each in world.store.relations.get(userid, {}).values()
    ]
    rows = []
    for day in range(start, end + 1, DAY_S):
        new = sum(day <= each.created_at // 1000 < day + DAY_S for each in relations)
        talked = sum(
            day <= each.last_contact // 1000 < day + DAY_S for each in relations if each.chatted
        )
        rows.append(
            {
                "stat_time": day,
                "chat_cnt": talked,
                "message_cnt": talked,
                "negative_feedback_cnt": 0,
                "new_apply_cnt": new,
                "new_contact_cnt": new,
            }
        )
    return rows


def owner(world: World, userid: str) -> Json:
    """Totals over the groups of one owner."""
    found = groups.owned(world, userid)
    members = sum(len(each.members) for each in found)
    spoken = [world.store.chats.get(each.chat_id, []) for each in found]
    return {
        "new_chat_cnt": 0,
        "chat_total": len(found),
        "chat_has_msg": sum(bool(each) for each in spoken),
        "new_member_cnt": 0,
        "member_total": members,
        "member_has_msg": len({row["from"] for each in spoken for row in each}),
        "msg_total": sum(map(len, spoken)),
        "migrate_trainee_chat_cnt": 0,
    }
