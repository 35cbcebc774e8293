-- What became of what was planned, for the pages of the plan.

-- name: plan_entries
-- The calendar's rows; the kind stands in the index, too.
SELECT key, at, state, note FROM due
WHERE kind = 'calendar' AND at >= :since AND at < :until ORDER BY at, id;

-- name: plan_posts
-- One row for each post, with how many accounts or chats it was for and what became of them.
SELECT persona, kind, content, origin, MIN(at) AS at, MAX(text) AS text, COUNT(*) AS total,
    SUM(CASE WHEN status = 'sent' THEN 1 ELSE 0 END) AS sent,
    SUM(CASE WHEN status IN ('queued', 'waiting_tap') THEN 1 ELSE 0 END) AS waits,
    SUM(CASE WHEN status = 'unsure' THEN 1 ELSE 0 END) AS unsure
FROM replies
WHERE at >= :since AND at < :until AND kind IN ('moment', 'group_post')
GROUP BY persona, kind, content, origin ORDER BY at, origin;
