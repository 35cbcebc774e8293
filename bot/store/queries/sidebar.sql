-- name: sidebar_talks
-- The conversations of a member, that of this very chat first, then the latest activity.
SELECT * FROM conversation WHERE member = :member
ORDER BY CASE WHEN channel = :channel AND account = :account THEN 0 ELSE 1 END, activity_at DESC, id
LIMIT :n;

-- name: sidebar_chat
SELECT c.id, c.name, c.owner, c.kind,
       (SELECT COUNT(*) FROM chat_member s WHERE s.chat = c.id AND s.left_at IS NULL) AS seats
FROM chat c WHERE c.id = :id;

-- name: sidebar_said
SELECT 1 AS said FROM replies WHERE conversation = :conversation AND origin = :origin LIMIT 1;

-- name: sidebar_hold
-- Of two taps that report the same words one comes second.
SELECT 1 AS held FROM conversation WHERE id = :id /*lock*/;
