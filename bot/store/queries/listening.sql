-- Voices and videos that a machine is to listen to: one row of the inbox each.

-- name: listening_wanted
UPDATE inbox SET hear_at = :now WHERE id IN (:ids…);

-- name: listening_claim
-- Until it is over it comes back by itself: whoever listened may have died.
WITH picked AS MATERIALIZED (
    SELECT id FROM inbox WHERE hear_at <= :now ORDER BY hear_at, id LIMIT :n /*skip locked*/)
UPDATE inbox SET hear_at = CAST(:until AS BIGINT), hear_tries = hear_tries + 1
WHERE id IN (SELECT id FROM picked)
RETURNING id, conversation, kind, data, hear_tries;

-- name: listening_next
SELECT MIN(hear_at) AS at FROM inbox WHERE hear_at IS NOT NULL;

-- name: listening_later
UPDATE inbox SET hear_at = CAST(:at AS BIGINT) WHERE id = :id AND hear_at IS NOT NULL;

-- name: listening_row
SELECT text, heard FROM inbox WHERE id = :id;

-- name: listening_heard
UPDATE inbox SET heard = :heard, mood = :mood, heard_by = :service, heard_why = '', hear_at = NULL
WHERE id = :id AND hear_at IS NOT NULL;

-- name: listening_failed
UPDATE inbox SET heard_why = :why, heard_by = :service, hear_at = NULL
WHERE id = :id AND hear_at IS NOT NULL;

-- name: listening_upset
UPDATE conversation SET upset_at = CAST(:now AS BIGINT) WHERE id = :id;
