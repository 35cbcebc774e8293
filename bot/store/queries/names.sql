-- name: names_unasked
SELECT c.id AS conversation, c.account, c.peer, COALESCE(c.member, c.peer) AS member,
       COALESCE(c.last_in_at, 0) AS last_in_at, COALESCE(m.name, '') AS name,
       COALESCE(m.union_id, '') AS union_id
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.channel = 'kf' AND c.named_at = 0 AND c.last_in_at IS NOT NULL ORDER BY c.id LIMIT :n;

-- name: names_followers
SELECT c.id AS conversation, c.account, c.peer, COALESCE(c.member, 'oa:' || c.peer) AS member,
       COALESCE(c.last_in_at, 0) AS last_in_at, COALESCE(m.name, '') AS name,
       COALESCE(m.union_id, '') AS union_id
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.channel = 'oa' AND c.named_at = 0 AND c.account = (
    SELECT x.account FROM conversation x WHERE x.channel = 'oa' AND x.named_at = 0
    ORDER BY x.id LIMIT 1)
ORDER BY c.id LIMIT :n;

-- name: names_united
UPDATE member SET union_id = :union_id WHERE id = :id AND union_id <> :union_id;

-- name: names_asked
UPDATE conversation SET named_at = :now WHERE id IN (:ids…) RETURNING id;
