-- What was posted, for the content mix.

-- name: mix_sent
-- One row for each post: the same words at the same time, whatever the number of accounts and
-- chats. The kinds stand in the index, too.
SELECT persona, kind, content, origin, MIN(at) AS at, MAX(text) AS text FROM replies
WHERE at >= :since AND at < :until AND kind IN ('moment', 'group_post')
  AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
GROUP BY persona, kind, content, origin ORDER BY at, origin;
