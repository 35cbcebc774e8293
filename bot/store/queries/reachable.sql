-- Where persons can be reached now.

-- name: reachable_friends
SELECT member, account, since FROM friend
WHERE member IN (:members…) AND until IS NULL ORDER BY since, account;

-- name: reachable_groups
SELECT x.member, c.id, c.name, x.joined_at FROM chat_member x JOIN chat c ON c.id = x.chat
WHERE x.member IN (:members…) AND x.left_at IS NULL AND x.staff = 0 AND c.dismissed_at IS NULL
ORDER BY x.joined_at, c.id;

-- name: reachable_kf
SELECT member, account, peer, last_in_at FROM conversation
WHERE member IN (:members…) AND channel = 'kf' AND last_in_at > :since AND sent_since < :quota
ORDER BY last_in_at DESC, id;

-- name: reachable_oa
SELECT c.member, c.account, MAX(a.until) AS until FROM conversation c
JOIN allowance a ON a.conversation = c.id
WHERE c.member IN (:members…) AND c.channel = 'oa' AND a.until > :now AND a.remaining > 0
GROUP BY c.member, c.account ORDER BY c.account;

-- name: reachable_count_friends
-- Persons, each once, who are friends of one of these accounts.
SELECT COUNT(DISTINCT COALESCE(m.person, f.member)) AS n FROM friend f
LEFT JOIN member m ON m.id = f.member
WHERE f.account IN (:accounts…) AND f.until IS NULL;

-- name: reachable_count_groups
SELECT COUNT(DISTINCT COALESCE(m.person, x.member)) AS n FROM chat c
JOIN chat_member x ON x.chat = c.id LEFT JOIN member m ON m.id = x.member
WHERE c.owner IN (:accounts…) AND c.dismissed_at IS NULL AND x.left_at IS NULL AND x.staff = 0;

-- name: reachable_count_kf
SELECT COUNT(DISTINCT COALESCE(m.person, c.member)) AS n FROM conversation c
LEFT JOIN member m ON m.id = c.member
WHERE c.account IN (:accounts…) AND c.channel = 'kf' AND c.last_in_at > :since
  AND c.sent_since < :quota AND c.member IS NOT NULL;

-- name: reachable_count_any
SELECT COUNT(*) AS n FROM (
    SELECT COALESCE(m.person, f.member) AS id FROM friend f LEFT JOIN member m ON m.id = f.member
    WHERE f.account IN (:accounts…) AND f.until IS NULL
    UNION
    SELECT COALESCE(m.person, x.member) AS id FROM chat c
    JOIN chat_member x ON x.chat = c.id LEFT JOIN member m ON m.id = x.member
    WHERE c.owner IN (:owners…) AND c.dismissed_at IS NULL AND x.left_at IS NULL AND x.staff = 0
    UNION
    SELECT COALESCE(m.person, c.member) AS id FROM conversation c
    LEFT JOIN member m ON m.id = c.member
    WHERE c.account IN (:windows…) AND c.channel = 'kf' AND c.last_in_at > :since
      AND c.sent_since < :quota AND c.member IS NOT NULL) AS who;
