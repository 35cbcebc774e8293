-- name: intake_add
INSERT INTO intake (at, body) VALUES /*rows*/ (:at, :body);

-- name: intake_take
-- Several processes sort side by side; none waits for what another one has in hand.
DELETE FROM intake WHERE id IN
    (SELECT id FROM intake WHERE note = '' ORDER BY id LIMIT :n /*skip locked*/)
RETURNING id, body;

-- name: intake_set_aside
UPDATE intake SET note = :note WHERE id = :id AND note = '';

-- name: intake_again
UPDATE intake SET note = '' WHERE note <> '';

-- name: intake_first
SELECT id FROM intake WHERE note = '' ORDER BY id LIMIT 1;

-- name: intake_counts
SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN note = '' THEN 0 ELSE 1 END), 0) AS aside FROM intake;

-- name: intake_page
SELECT id, body FROM intake WHERE note = '' AND id > :after ORDER BY id LIMIT :n;
