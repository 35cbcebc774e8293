"""Corporate tags (企业标签, pages 92117, 92118): groups of tags, marks on a relation."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.model import Json, Relation, Tag, TagGroup
from sandbox.world.world import World

TAGS_PER_CORP = 10_000
TAGS_PER_RELATION = 3_000


def view_group(world: World, group: TagGroup, only: list[str] | None = None) -> Json:
    """A tag group as the API shows it."""
    chosen = [tag for tag in group.tags if only is None or tag in only]
    tags = [_view(world.store.tags[tag]) for tag in chosen]
    return {
        "group_id": group.id,
        "group_name": group.name,
        "create_time": group.created_at // 1000,
        "order": group.order,
        "tag": tags,
    }


def _view(tag: Tag) -> Json:
    return {
        "id": tag.id,
        "name": tag.name,
        "create_time": tag.created_at // 1000,
        "order": tag.order,
    }


def _group_for(world: World, group_id: str, name: str, order: int) -> TagGroup:
    store = world.store
    if group_id:
        if group_id not in store.tag_groups:
            raise ApiError(40068, group_id)
        return store.tag_groups[group_id]
    for group in store.tag_groups.values():
        if group.name == name:
            return group
    made = TagGroup(id=world.next_id("etSBXGRP", 5), name=name, created_at=world.now(), order=order)
    store.tag_groups[made.id] = made
    return made


def add(world: World, group_id: str, name: str, order: int, rows: list[Json]) -> Json:
    """Add tags to an old or new group; an equal name is the tag that exists."""
    if not group_id and not name:
        raise ApiError(40063, "group_id or group_name")
    if len(world.store.tags) + len(rows) > TAGS_PER_CORP:
        raise ApiError(81017, "tags per corp")
    group = _group_for(world, group_id, name, order)
    made = []
    for row in rows:
        tag = find_by_name(world, row["name"], group.id)
        if tag is None:
            tag = Tag(
                id=world.next_id("etSBXTAG", 5),
                name=row["name"],
                group=group.id,
                created_at=world.now(),
                order=row.get("order", 0),
            )
            world.store.tags[tag.id] = tag
            group.tags.append(tag.id)
        made.append(tag.id)
    return view_group(world, group, made)


def find_by_name(world: World, name: str, group_id: str = "") -> Tag | None:
    """A tag by its name, within one group or anywhere."""
    for tag in world.store.tags.values():
        if tag.name == name and group_id in ("", tag.group):
            return tag
    return None


def listing(world: World, tag_ids: list[str], group_ids: list[str]) -> list[Json]:
    """All groups, or those asked for; group ids win over tag ids."""
    groups = world.store.tag_groups.values()
    if group_ids:
        return [view_group(world, each) for each in groups if each.id in group_ids]
    if not tag_ids:
        return [view_group(world, each) for each in groups]
    found = [each for each in groups if any(tag in tag_ids for tag in each.tags)]
    return [view_group(world, each, tag_ids) for each in found]


def edit(world: World, any_id: str, name: str, order: int | None) -> None:
    """Rename or reorder a tag or a group (40068 unknown, 40071 name taken)."""
    found = world.store.tags.get(any_id) or world.store.tag_groups.get(any_id)
    if found is None:
        raise ApiError(40068, any_id)
    if name and isinstance(found, Tag):
        other = find_by_name(world, name, found.group)
        if other is not None and other.id != any_id:
            raise ApiError(40071, name)
    found.name = name or found.name
    found.order = found.order if order is None else order
    world.mark()


def delete(world: World, tag_ids: list[str], group_ids: list[str]) -> None:
    """Delete tags and groups; a group without tags vanishes."""
    if not tag_ids and not group_ids:
        raise ApiError(40063, "tag_id or group_id")
    groups = world.store.tag_groups
    doomed = set(tag_ids) | {
        tag for each in group_ids if each in groups for tag in groups[each].tags
    }
    for tag_id in doomed:
        tag = world.store.tags.pop(tag_id, None)
        if tag is not None:
            groups[tag.group].tags.remove(tag_id)
    for group_id in [each.id for each in groups.values() if not each.tags]:
        del groups[group_id]
    for relations in world.store.relations.values():
        for relation in relations.values():
            if not doomed.isdisjoint(relation.tags):
                relation.tags = [tag for tag in relation.tags if tag not in doomed]
    world.mark()


def mark(world: World, relation: Relation, add_ids: list[str], remove_ids: list[str]) -> None:
    """Change the marks of one relation. 40063 nothing to do, 40068 unknown tag, 81017 too many."""
    if not add_ids and not remove_ids:
        raise ApiError(40063, "add_tag or remove_tag")
    for tag_id in (*add_ids, *remove_ids):
        if tag_id not in world.store.tags:
            raise ApiError(40068, tag_id)
    kept = [tag for tag in dict.fromkeys([*relation.tags, *add_ids]) if tag not in remove_ids]
    if len(kept) > TAGS_PER_RELATION:
        raise ApiError(81017, "tags per customer")
    relation.tags = kept
    world.mark()
