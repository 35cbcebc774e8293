-- name: due_add
INSERT INTO due (key, kind, at, data) VALUES (:key, :kind, :at, :data)
ON CONFLICT (key) DO NOTHING;

-- name: due_add_step
INSERT INTO due (key, kind, at, data, run, step)
VALUES (:key, 'flow', :at, :data, :run, :step)
ON CONFLICT (key) DO NOTHING;

-- name: due_take
SELECT * FROM due WHERE state = 'waiting' AND at <= :now ORDER BY at, id LIMIT :n /*skip locked*/;

-- name: due_done
UPDATE due SET state = :state, note = :note WHERE id IN (:ids…) AND state = 'waiting'
RETURNING id;

-- name: due_put_off
-- It waits on; its note tells for what.
UPDATE due SET at = :at, note = :note WHERE id = :id AND state = 'waiting';

-- name: due_known
SELECT key FROM due WHERE key IN (:keys…);

-- name: due_next
SELECT MIN(at) AS at FROM due WHERE state = 'waiting';

-- name: due_drop
UPDATE due SET state = 'dropped', note = :note
WHERE substr(key, 1, length(CAST(:prefix AS TEXT))) = :prefix AND state = 'waiting'
RETURNING id;

-- name: due_drop_run
UPDATE due SET state = 'dropped', note = :note WHERE run = :run AND state = 'waiting' AND id NOT IN (:keep…)
RETURNING id;

-- name: due_drop_steps
UPDATE due SET state = 'dropped', note = :note
WHERE run = :run AND state = 'waiting' AND step IN (:steps…)
RETURNING id;

-- name: pool_add
INSERT INTO pooled (key, account, persona, persona_version, member, kind, origin, content,
                    content_version, digest, body, due_at)
VALUES (:key, :account, :persona, :persona_version, :member, :kind, :origin, :content,
        :content_version, :digest, :body, :due_at)
ON CONFLICT (key) DO NOTHING;

-- name: pool_open
SELECT * FROM pooled WHERE outbox IS NULL AND dropped_at IS NULL AND account = :account AND digest = :digest
  AND id > :after
ORDER BY id LIMIT :n;

-- name: pool_flush
UPDATE pooled SET outbox = :outbox WHERE id IN (:ids…);

-- name: pool_drop_run
UPDATE pooled SET dropped_at = :now, note = :note
WHERE member = :member AND outbox IS NULL AND dropped_at IS NULL
  AND substr(key, 1, length(CAST(:prefix AS TEXT))) = :prefix;
