-- name: member_ensure
INSERT INTO member (id, name, created_at) VALUES /*rows*/ (:id, :name, :now)
ON CONFLICT (id) DO NOTHING;

-- name: member_number
INSERT INTO member_no (member) VALUES /*rows*/ (:id) ON CONFLICT (member) DO NOTHING;

-- name: member_name
UPDATE member SET name = :name WHERE id = :id AND name <> :name;

-- name: member_zone
UPDATE member SET zone = :zone WHERE id = :id AND zone <> :zone;

-- name: members_get
SELECT * FROM member WHERE id IN (:ids…);

-- name: memory_get
SELECT * FROM memory WHERE member IN (:members…);

-- name: memory_put
INSERT INTO memory (persona, member, scope, data, changed_at)
VALUES (:persona, :member, :scope, :data, :now)
ON CONFLICT (persona, member, scope) DO UPDATE SET data = :data, changed_at = :now;

-- name: friend_add
-- An event may come after the one that ended it: what ended later stays ended. Events have whole
-- seconds; of two in one second the adding was the later one if the friendship is older.
INSERT INTO friend (member, account, since, state) VALUES (:member, :account, :since, :state)
ON CONFLICT (member, account) DO UPDATE SET
    since = CASE WHEN friend.until IS NULL THEN friend.since ELSE :since END,
    until = NULL, ended_by = '', state = :state
WHERE friend.until IS NULL OR friend.ended_by = 'sync' OR friend.until < :since
   OR (friend.until = :since AND friend.since < :since);

-- name: friend_end
-- An end that comes before its beginning is kept too, so that the beginning finds it.
INSERT INTO friend (member, account, since, until, ended_by)
VALUES (:member, :account, :at, :at, :ended_by)
ON CONFLICT (member, account) DO UPDATE SET until = :at, ended_by = :ended_by
WHERE friend.until IS NULL AND friend.since <= :at;

-- name: friend_is
SELECT * FROM friend WHERE member = :member AND account = :account AND until IS NULL;

-- name: friends_of
SELECT account, since FROM friend WHERE member = :member AND until IS NULL ORDER BY since, account;

-- name: chat_put
INSERT INTO chat (id, kind, owner, name, seen_at) VALUES (:id, :kind, :owner, :name, :now)
ON CONFLICT (id) DO UPDATE SET kind = :kind, owner = :owner, name = :name, seen_at = :now,
                               dismissed_at = NULL;

-- name: chat_gone
UPDATE chat SET dismissed_at = :now WHERE id = :id AND dismissed_at IS NULL;

-- name: chats_of
SELECT * FROM chat WHERE kind = :kind AND owner IN (:owners…) AND dismissed_at IS NULL
ORDER BY owner, id;
