-- name: names_unasked
SELECT c.id, c.peer, c.last_in_at, COALESCE(m.name, '') AS name
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.channel = 'kf' AND c.named_at = 0 AND c.last_in_at IS NOT NULL ORDER BY c.id LIMIT :n;

-- name: names_asked
UPDATE conversation SET named_at = :now WHERE id IN (:ids…);
