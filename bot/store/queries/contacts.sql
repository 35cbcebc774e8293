-- name: member_profile
UPDATE member SET name = CASE WHEN :name = '' THEN name ELSE :name END,
                  union_id = CASE WHEN :union_id = '' THEN union_id ELSE :union_id END,
                  kind = :kind, gender = :gender, company = :company
WHERE id = :id;

-- name: friends_among
SELECT member, account, since, until, ended_by, state FROM friend WHERE member IN (:members…);

-- name: friend_seen
UPDATE friend SET remark = :remark, description = :description, add_way = :add_way,
                  mutual = 1, seen_at = :now
WHERE member = :member AND account = :account;

-- name: friend_mutual
UPDATE friend SET mutual = :mutual WHERE member = :member AND account = :account;

-- name: friend_remark
UPDATE friend SET remark = COALESCE(CAST(:remark AS TEXT), remark),
                  description = COALESCE(CAST(:description AS TEXT), description)
WHERE member = :member AND account = :account;

-- name: friends_unseen
-- Members whom the platform did not list in a run that began at :began. Half-added friends are
-- never listed, and who came after the beginning may have missed his page.
SELECT DISTINCT member FROM friend
WHERE account IN (:accounts…) AND until IS NULL AND mutual = 1 AND seen_at < :began
  AND since < :began
ORDER BY member LIMIT :n;

-- name: friends_unlisted
-- Friendships of one member, of whom the platform has just named everybody who has him.
UPDATE friend SET until = :now, ended_by = 'sync'
WHERE member = :member AND until IS NULL AND mutual = 1 AND since < :before
  AND account NOT IN (:accounts…)
RETURNING account;

-- name: friend_tags_among
SELECT member, account, tag FROM friend_tag WHERE member IN (:members…);

-- name: friend_tag_add
INSERT INTO friend_tag (member, account, tag) VALUES (:member, :account, :tag)
ON CONFLICT (member, account, tag) DO NOTHING;

-- name: friend_tag_drop
DELETE FROM friend_tag WHERE member = :member AND account = :account AND tag = :tag;

-- name: friend_tags_of
SELECT account, tag FROM friend_tag WHERE member = :member ORDER BY account, tag;

-- name: tag_group_put
INSERT INTO tag_group (id, name, sort) VALUES (:id, :name, :sort)
ON CONFLICT (id) DO UPDATE SET name = :name, sort = :sort, gone_at = NULL;

-- name: tag_put
INSERT INTO tag (id, tag_group, name, sort) VALUES (:id, :tag_group, :name, :sort)
ON CONFLICT (id) DO UPDATE SET tag_group = :tag_group, name = :name, sort = :sort, gone_at = NULL;

-- name: tag_rename
UPDATE tag SET name = CASE WHEN :name = '' THEN name ELSE :name END,
               sort = COALESCE(CAST(:sort AS INTEGER), sort)
WHERE id = :id;

-- name: tag_group_rename
UPDATE tag_group SET name = CASE WHEN :name = '' THEN name ELSE :name END,
                     sort = COALESCE(CAST(:sort AS INTEGER), sort)
WHERE id = :id;

-- name: tags_known
SELECT t.id, t.name, t.sort, t.tag_group, g.name AS heading FROM tag t
JOIN tag_group g ON g.id = t.tag_group
WHERE t.gone_at IS NULL ORDER BY g.sort DESC, g.id, t.sort DESC, t.id;

-- name: tag_ids
SELECT id FROM tag WHERE gone_at IS NULL;

-- name: tag_group_ids
SELECT id FROM tag_group WHERE gone_at IS NULL;

-- name: tag_ids_in
SELECT id FROM tag WHERE tag_group = :tag_group AND gone_at IS NULL;

-- name: tag_gone
UPDATE tag SET gone_at = :now WHERE id = :id AND gone_at IS NULL;

-- name: tag_group_gone
UPDATE tag_group SET gone_at = :now WHERE id = :id AND gone_at IS NULL;

-- name: tag_unmark
DELETE FROM friend_tag
WHERE tag = :id
  AND (member, account) IN (SELECT member, account FROM friend_tag WHERE tag = :id LIMIT :n)
RETURNING member, account, tag;

-- name: chat_facts
UPDATE chat SET notice = :notice, version = :version, made_at = :made_at WHERE id = :id;

-- name: chat_owner
UPDATE chat SET owner = :owner WHERE id = :id;

-- name: chat_get
SELECT * FROM chat WHERE id = :id;

-- name: chat_seats
SELECT * FROM chat_member WHERE chat = :chat;

-- name: chat_seats_now
SELECT * FROM chat_member WHERE chat = :chat AND left_at IS NULL ORDER BY joined_at, member;

-- name: chat_seat
SELECT * FROM chat_member WHERE chat = :chat AND member = :member /*lock*/;

-- name: chat_seat_put
INSERT INTO chat_member (chat, member, staff, name, joined_at, join_scene, join_state, invitor,
                         left_at, told_join, told_leave)
VALUES (:chat, :member, :staff, :name, :joined_at, :join_scene, :join_state, :invitor, :left_at,
        :told_join, :told_leave)
ON CONFLICT (chat, member) DO UPDATE SET
    staff = :staff, name = :name, joined_at = :joined_at, join_scene = :join_scene,
    join_state = :join_state, invitor = :invitor, left_at = :left_at, told_join = :told_join,
    told_leave = :told_leave;

-- name: item_put
INSERT INTO platform_item (kind, id, code, url, data, made_at)
VALUES (:kind, :id, :code, :url, :data, :now)
ON CONFLICT (kind, id) DO UPDATE SET code = :code, data = :data, gone_at = NULL,
    url = CASE WHEN :url = '' THEN platform_item.url ELSE :url END;

-- name: item_gone
UPDATE platform_item SET gone_at = :now WHERE kind = :kind AND id = :id AND gone_at IS NULL;

-- name: source_get
SELECT * FROM source WHERE id = :id;

-- name: sources_like
SELECT * FROM source WHERE substr(id, 1, length(:prefix)) = :prefix ORDER BY id LIMIT :n;

-- name: source_begin
-- A piece of work with its list; it is done when the row is gone.
INSERT INTO source (id, token, wanted) VALUES (:id, :token, 1)
ON CONFLICT (id) DO UPDATE SET token = :token, cursor = '', wanted = source.wanted + 1;

-- name: source_done
-- Fenced by the number of the news: what came meanwhile keeps the row.
DELETE FROM source WHERE id = :id AND wanted = :wanted;

-- name: source_clear
DELETE FROM source WHERE substr(id, 1, length(:prefix)) = :prefix;

-- name: source_mark
INSERT INTO source (id, cursor, read_at) VALUES (:id, :cursor, :read_at)
ON CONFLICT (id) DO UPDATE SET cursor = :cursor, read_at = :read_at;

-- name: outbox_unsure_due
-- Creations of tasks whose fate is unknown and that are to be looked up. Claimed by moving the clock.
WITH picked AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE state = 'unsure' AND retry_at > 0 AND retry_at <= :now AND pool = 'bulk'
      AND channel IN ('contact', 'group', 'moment')
    ORDER BY retry_at, id LIMIT :n /*skip locked*/)
UPDATE outbox SET retry_at = :next WHERE id IN (SELECT id FROM picked)
RETURNING *;

-- name: outbox_unsure_rest
-- Nobody looks for it any more; it stays listed as unsure.
UPDATE outbox SET retry_at = 0, note = :note WHERE id = :id AND state = 'unsure';

-- name: outbox_tasks_known
SELECT provider_id FROM outbox
WHERE channel = :channel AND account = :account AND created_at >= :since
  AND provider_id IS NOT NULL AND channel <> 'kf';

-- name: moments_published
-- COALESCE keeps SQLite from going by the id, which reads the whole outbox.
SELECT id, account, provider_id, created_at FROM outbox
WHERE channel = 'moment' AND state = 'sent' AND created_at >= :since AND COALESCE(id, 0) > :after
ORDER BY COALESCE(id, 0) LIMIT :n;
