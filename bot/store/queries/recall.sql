-- name: conversation_last
SELECT * FROM conversation WHERE member = :member AND account IN (:accounts…)
ORDER BY COALESCE(last_in_at, 0) DESC, id LIMIT 1;
