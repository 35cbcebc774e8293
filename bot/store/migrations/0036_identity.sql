-- One member over many ids: what files say of him, which ids were found to be one person, and what
-- staff want noted on the platform about a friend.

-- Tags that came with files; who wears them stands by the numbers of members.
CREATE TABLE own_tag (
    id $ID,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE member_tag (
    tag BIGINT NOT NULL,
    no BIGINT NOT NULL,
    PRIMARY KEY (tag, no)
) $CLUSTERED;
CREATE INDEX member_tag_no ON member_tag (no);

-- away is stays, because of evidence: union_id, phone, staff. moved: what was changed by it, so that
-- it can be undone.
CREATE TABLE merging (
    id $ID,
    away TEXT NOT NULL,
    stays TEXT NOT NULL,
    evidence TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    moved TEXT NOT NULL DEFAULT '{}',
    undone_at BIGINT,
    undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX merging_away ON merging (away, id);
CREATE INDEX merging_stays ON merging (stays, id);

-- What staff want to stand on the platform about a friend. field: remark, description, or tag: and
-- the id of a corporate tag. base: what stood there when it was wished; theirs: what the client's
-- user wrote meanwhile, so that both are shown and neither is overwritten; NULL: no conflict.
CREATE TABLE friend_wish (
    member TEXT NOT NULL,
    account TEXT NOT NULL,
    field TEXT NOT NULL,
    base TEXT NOT NULL,
    ours TEXT NOT NULL,
    theirs TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (member, account, field)
);
