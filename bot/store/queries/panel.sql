-- name: panel_friends
SELECT account, since, until, ended_by, state, remark, description, add_way, mutual FROM friend
WHERE member = :member ORDER BY CASE WHEN until IS NULL THEN 0 ELSE 1 END, since, account LIMIT :n;

-- name: panel_tags
SELECT f.account, t.id, t.name, g.name AS heading FROM friend_tag f
JOIN tag t ON t.id = f.tag LEFT JOIN tag_group g ON g.id = t.tag_group
WHERE f.member = :member AND t.gone_at IS NULL ORDER BY f.account, t.sort DESC, t.name LIMIT :n;

-- name: panel_talks
-- In the order of the index by which a member's conversations are found.
SELECT id, channel, account, persona, mode, last_in_at, activity_at FROM conversation
WHERE member = :member AND id <> :id ORDER BY last_in_at DESC, id LIMIT :n;

-- name: panel_groups
SELECT c.id, c.name, c.owner, s.joined_at FROM chat_member s JOIN chat c ON c.id = s.chat
WHERE s.member = :member AND s.left_at IS NULL AND c.dismissed_at IS NULL
ORDER BY s.joined_at DESC, c.id LIMIT :n;

-- name: panel_allowances
SELECT opened_by, until, remaining FROM allowance
WHERE conversation = :id AND until > :now AND remaining > 0 ORDER BY until, opened_by;

-- name: brief_complaints
SELECT id, channel, account, complaint_at FROM conversation
WHERE member IN (:members…) AND complaint_at IS NOT NULL ORDER BY complaint_at DESC, id;
