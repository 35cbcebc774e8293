-- name: group_chats_page
-- Customer groups that live, behind one; circles name them by name or id.
SELECT id, name, owner FROM chat WHERE kind = 'customer' AND dismissed_at IS NULL AND id > :after
ORDER BY id LIMIT :n;

-- name: group_chat_one
SELECT id, name, owner FROM chat WHERE id = :id AND kind = 'customer';

-- name: group_members
-- Who sat in each of these groups at a moment, and who came and went in the time before it.
SELECT place,
    SUM(CASE WHEN since < :until AND (until IS NULL OR until >= :until) THEN 1 ELSE 0 END) AS members,
    SUM(CASE WHEN since >= :since AND since < :until THEN 1 ELSE 0 END) AS joined,
    SUM(CASE WHEN until >= :since AND until < :until THEN 1 ELSE 0 END) AS gone
FROM stay WHERE kind = 'group' AND place IN (:chats…) GROUP BY place;

-- name: group_took_part
-- How many of those who sit in each group did something in an activity.
SELECT s.place AS place, COUNT(DISTINCT s.member) AS n FROM stay AS s
WHERE s.kind = 'group' AND s.place IN (:chats…) AND s.since < :until
    AND (s.until IS NULL OR s.until >= :until)
    AND (EXISTS (SELECT 1 FROM entry AS e WHERE e.member = s.member AND e.at >= :since
                 AND e.at < :until AND e.state IN ('counted', 'waiting'))
      OR EXISTS (SELECT 1 FROM ballot AS b WHERE b.member = s.member AND b.at >= :since
                 AND b.at < :until AND b.state = 'counted')
      OR EXISTS (SELECT 1 FROM helping AS h WHERE h.helper = s.member AND h.at >= :since
                 AND h.at < :until AND h.state = 'counted'))
GROUP BY s.place;

-- name: group_posts
-- Our posts in these groups. The kinds stand in the index, too.
SELECT peer, content, COUNT(*) AS n FROM replies
WHERE at >= :since AND at < :until AND kind IN ('moment', 'group_post')
    AND channel = 'group' AND status IN ('sent', 'unsure') AND peer IN (:chats…)
GROUP BY peer, content;

-- name: group_said
-- What the archive has of a group, in the order in which it was said.
SELECT i.id AS id, i.sent_at AS at, i.text AS text, i.data AS data
FROM inbox AS i JOIN conversation AS c ON c.id = i.conversation
WHERE c.member IS NULL AND c.channel = 'archive' AND c.peer = :chat
    AND i.sent_at >= :since AND i.sent_at < :until AND i.kind <> 'event'
ORDER BY i.sent_at, i.id LIMIT :n;

-- name: group_archive_since
-- Since when rooms are read in the archive.
SELECT MIN(created_at) AS at FROM conversation WHERE member IS NULL AND channel = 'archive';

-- name: group_seats
-- Who sits in a group at a moment, without colleagues.
SELECT member FROM stay WHERE kind = 'group' AND place = :chat AND since < :until
    AND (until IS NULL OR until >= :until);

-- name: group_health_put
INSERT INTO group_health (chat, week, figures, score, measured, at)
VALUES (:chat, :week, :figures, :score, :measured, :at)
ON CONFLICT (chat, week) DO NOTHING;

-- name: group_health_of
SELECT * FROM group_health WHERE chat = :chat ORDER BY week DESC LIMIT :n;

-- name: group_health_latest
SELECT h.* FROM group_health AS h
WHERE h.chat IN (:chats…)
    AND h.week = (SELECT MAX(l.week) FROM group_health AS l WHERE l.chat = h.chat);
