-- Customer contact: what the platform knows about members, friends, tags and groups, kept in step
-- by sync and by our own calls (changes made by API cause no callback).

ALTER TABLE member ADD COLUMN union_id TEXT NOT NULL DEFAULT '';
-- 1 uses WeChat, 2 WeCom, 0 not known yet
ALTER TABLE member ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN gender INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN company TEXT NOT NULL DEFAULT '';

ALTER TABLE friend ADD COLUMN remark TEXT NOT NULL DEFAULT '';
ALTER TABLE friend ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE friend ADD COLUMN add_way INTEGER NOT NULL DEFAULT 0;
-- 1 once both sides have added each other: only then does the platform list the pair
ALTER TABLE friend ADD COLUMN mutual INTEGER NOT NULL DEFAULT 0;
-- when the platform listed the pair last
ALTER TABLE friend ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE chat ADD COLUMN notice TEXT NOT NULL DEFAULT '';
ALTER TABLE chat ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE chat ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE tag_group (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sort INTEGER NOT NULL DEFAULT 0,
    gone_at BIGINT
);

CREATE TABLE tag (
    id TEXT PRIMARY KEY,
    tag_group TEXT NOT NULL,
    name TEXT NOT NULL,
    sort INTEGER NOT NULL DEFAULT 0,
    gone_at BIGINT
);
CREATE INDEX tag_of_group ON tag (tag_group);

-- Corporate tags hang on a friendship, not on a person.
CREATE TABLE friend_tag (
    member TEXT NOT NULL,
    account TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (member, account, tag)
);
CREATE INDEX friend_tag_tag ON friend_tag (tag);

-- Who sits in which group. joined_at 0: it is not known when; left_at: he is gone. told_*: when a
-- listing told us before the callback did, which then is no news any more.
CREATE TABLE chat_member (
    chat TEXT NOT NULL,
    member TEXT NOT NULL,
    staff INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL DEFAULT '',
    joined_at BIGINT NOT NULL,
    join_scene INTEGER NOT NULL DEFAULT 0,
    join_state TEXT NOT NULL DEFAULT '',
    invitor TEXT NOT NULL DEFAULT '',
    left_at BIGINT,
    told_join BIGINT NOT NULL DEFAULT 0,
    told_leave BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (chat, member)
);
CREATE INDEX chat_member_member ON chat_member (member);

-- What the platform made for us and no console shows: contact ways, join ways, welcome material of
-- groups, acquisition links.
CREATE TABLE platform_item (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}',
    made_at BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (kind, id)
);
CREATE INDEX platform_item_code ON platform_item (code);

-- Uploaded files: what the platform calls them, where that name is good, and until when.
CREATE TABLE media (
    digest TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    made_at BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (digest, scope, kind)
);
CREATE INDEX media_ref ON media (ref);

CREATE INDEX outbox_unsure ON outbox (retry_at) WHERE state = 'unsure';
CREATE INDEX outbox_moment ON outbox (created_at) WHERE channel = 'moment' AND state = 'sent';
