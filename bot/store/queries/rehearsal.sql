-- name: rehearsed_replies
-- What was said, by day since the start, and what became of it.
SELECT (at - :since) / 86400000 AS day, persona, channel, account, kind, content, status,
       COUNT(*) AS n
FROM replies WHERE at >= :since
GROUP BY (at - :since) / 86400000, persona, channel, account, kind, content, status
ORDER BY day, persona, channel, account, kind, content, status;

-- name: rehearsed_notes
-- Why messages did not leave, by day since the start.
SELECT (at - :since) / 86400000 AS day, note, kind, COUNT(*) AS n FROM replies
WHERE at >= :since AND status IN ('failed', 'cancelled', 'expired')
GROUP BY (at - :since) / 86400000, note, kind ORDER BY day, note, kind;

-- name: rehearsed_skipped
-- Why plans were not carried out, by day since the start.
SELECT (at - :since) / 86400000 AS day, note, kind, COUNT(*) AS n FROM due
WHERE state = 'skipped' AND at >= :since
GROUP BY (at - :since) / 86400000, note, kind ORDER BY day, note, kind;

-- name: rehearsed_part
-- Who took part in what on which day since the start, by any of his ids.
SELECT DISTINCT (e.at - :since) / 86400000 AS day, e.place AS run, COALESCE(m.person, m.id) AS member
FROM event e JOIN member m ON m.id = e.member
WHERE e.kind IN ('checked', 'signed', 'submitted', 'voted', 'helped', 'teamed') AND e.at >= :since;

-- name: rehearsed_unasked
-- How many messages each member got without having asked.
SELECT member, COUNT(*) AS n FROM replies
WHERE at >= :since AND status IN ('sent', 'unsure') AND kind IN ('promo', 'care', 'activity')
  AND member IS NOT NULL
GROUP BY member ORDER BY member;

-- name: rehearsed_activities
-- What came of each activity that was not over before: its runs as far as they have begun, who took
-- part, what he did that counts, who won.
SELECT r.activity, COUNT(CASE WHEN r.state <> 'announced' THEN 1 END) AS runs,
    (SELECT COUNT(DISTINCT e.member) FROM entry e JOIN activity_run x ON x.id = e.run
     WHERE x.activity = r.activity AND x.close_at >= :since AND e.state = 'counted') AS people,
    (SELECT COUNT(*) FROM entry e JOIN activity_run x ON x.id = e.run
     WHERE x.activity = r.activity AND x.close_at >= :since AND e.state = 'counted') AS entries,
    (SELECT COUNT(*) FROM winner w JOIN activity_run x ON x.id = w.run
     WHERE x.activity = r.activity AND x.close_at >= :since) AS winners
FROM activity_run r WHERE r.close_at >= :since
GROUP BY r.activity ORDER BY r.activity;
