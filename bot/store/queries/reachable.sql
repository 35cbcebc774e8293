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
