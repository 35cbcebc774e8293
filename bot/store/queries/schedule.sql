-- name: due_add
INSERT INTO due (key, kind, at, data) VALUES (:key, :kind, :at, :data)
ON CONFLICT (key) DO NOTHING;

-- name: due_take
SELECT * FROM due WHERE state = 'waiting' AND at <= :now ORDER BY at, id LIMIT :n /*skip locked*/;

-- name: due_done
UPDATE due SET state = :state, note = :note WHERE id IN (:ids…) AND state = 'waiting';

-- name: due_known
SELECT key FROM due WHERE key IN (:keys…);

-- name: due_next
SELECT MIN(at) AS at FROM due WHERE state = 'waiting';

-- name: due_drop
UPDATE due SET state = 'dropped', note = :note
WHERE substr(key, 1, length(CAST(:prefix AS TEXT))) = :prefix AND state = 'waiting';

-- name: flow_start
INSERT INTO flow_run (key, flow, flow_version, persona, member, account, started_at)
VALUES (:key, :flow, :flow_version, :persona, :member, :account, :now)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- name: flow_get
SELECT * FROM flow_run WHERE id = :id;

-- name: flow_end
UPDATE flow_run SET state = :state, note = :note WHERE id = :id AND state = 'running';

-- name: pool_add
INSERT INTO pooled (key, account, persona, persona_version, member, kind, origin, content,
                    content_version, digest, body, due_at)
VALUES (:key, :account, :persona, :persona_version, :member, :kind, :origin, :content,
        :content_version, :digest, :body, :due_at)
ON CONFLICT (key) DO NOTHING;

-- name: pool_groups
SELECT account, digest, COUNT(*) AS n FROM pooled
WHERE outbox IS NULL AND dropped_at IS NULL
GROUP BY account, digest ORDER BY account, digest;

-- name: pool_open
SELECT * FROM pooled WHERE outbox IS NULL AND dropped_at IS NULL AND account = :account AND digest = :digest
ORDER BY id LIMIT :n;

-- name: pool_flush
UPDATE pooled SET outbox = :outbox WHERE id IN (:ids…);
