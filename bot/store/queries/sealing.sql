-- name: sealing_get
SELECT key, proof, goal, goal_proof FROM sealing WHERE id = 1;

-- name: sealing_begin
-- A database without words, from its first one on.
INSERT INTO sealing (id, key, proof, at) VALUES (1, :key, :proof, :now) ON CONFLICT (id) DO NOTHING;

-- name: sealing_goal
INSERT INTO sealing (id, key, proof, goal, goal_proof, at)
VALUES (1, '', '', :goal, :proof, :now)
ON CONFLICT (id) DO UPDATE SET goal = excluded.goal, goal_proof = excluded.goal_proof,
                               at = excluded.at;

-- name: sealing_done
UPDATE sealing SET key = goal, proof = goal_proof, goal = NULL, goal_proof = '', at = :now
WHERE id = 1 AND goal IS NOT NULL;

-- name: sealing_none
DELETE FROM sealing WHERE key = '' AND goal IS NULL;

-- name: sealing_index
DELETE FROM gram WHERE kind >= :least;

-- name: sealing_indexed
DELETE FROM indexed WHERE kind >= :least;

-- name: sealing_there
SELECT 1 AS one FROM migration WHERE number = :number;
