-- name: consent_add
INSERT INTO consent_record (id, who, what, licence, how, given_at, recorded_by, recorded_at)
VALUES (:id, :who, :what, :licence, :how, :given_at, :recorded_by, :now)
ON CONFLICT (id) DO NOTHING;

-- name: consent_get
SELECT * FROM consent_record WHERE id = :id;

-- name: consent_hold
SELECT * FROM consent_record WHERE id = :id /*lock*/;

-- name: consent_revoke
UPDATE consent_record SET revoked_by = :actor, revoked_at = :now, why = :why
WHERE id = :id AND revoked_at IS NULL;

-- name: consent_page
SELECT * FROM consent_record WHERE (:who = '' OR who = :who)
ORDER BY recorded_at DESC, id LIMIT :n;

-- name: consent_mark
-- Changes whenever a consent is given or revoked.
SELECT COUNT(*) AS n, COUNT(revoked_at) AS revoked, MAX(revoked_at) AS last FROM consent_record;

-- name: consent_among
SELECT id, revoked_at FROM consent_record WHERE id IN (:ids…);

-- name: consent_use_add
INSERT INTO consent_use (name, version, consent) VALUES (:name, :version, :consent)
ON CONFLICT (name, version, consent) DO NOTHING;

-- name: consent_uses
SELECT name, version FROM consent_use WHERE consent = :consent ORDER BY name, version;

-- name: consent_lacking
-- Versions that stand on a consent which is not there, or not any more.
SELECT u.name, u.version, u.consent, c.revoked_at FROM consent_use u
LEFT JOIN consent_record c ON c.id = u.consent
WHERE c.id IS NULL OR c.revoked_at IS NOT NULL ORDER BY u.name, u.version, u.consent;

-- name: consent_lacking_of
SELECT u.name, u.version, u.consent, c.revoked_at FROM consent_use u
LEFT JOIN consent_record c ON c.id = u.consent
WHERE u.name IN (:names…) AND (c.id IS NULL OR c.revoked_at IS NOT NULL)
ORDER BY u.name, u.version, u.consent;

-- name: consent_queued
-- Not yet on its way. In the words of the index.
SELECT * FROM outbox
WHERE content = :name AND content_version = :version AND content_version IS NOT NULL
  AND state IN ('draft', 'ready', 'waiting') AND state <> 'waiting'
ORDER BY id LIMIT :n;

-- name: consent_hurry
-- Tasks on the platform: they are asked about at once, and called off then.
UPDATE outbox SET retry_at = :now
WHERE content = :name AND content_version = :version AND content_version IS NOT NULL
  AND state IN ('draft', 'ready', 'waiting') AND state = 'waiting';

-- name: consent_pooled
UPDATE pooled SET dropped_at = :now, note = :note
WHERE content = :name AND content_version = :version AND outbox IS NULL AND dropped_at IS NULL;

-- name: consent_stops
-- What a revocation would stop of one version: rows that have not left, tasks on the platform, and
-- steps in a pool.
SELECT (SELECT COUNT(*) FROM outbox WHERE content = :name AND content_version = :version
          AND content_version IS NOT NULL AND state IN ('draft', 'ready', 'waiting')
          AND state <> 'waiting') AS cancelled,
       (SELECT COUNT(*) FROM outbox WHERE content = :name AND content_version = :version
          AND content_version IS NOT NULL AND state IN ('draft', 'ready', 'waiting')
          AND state = 'waiting') AS tasks,
       (SELECT COUNT(*) FROM pooled WHERE content = :name AND content_version = :version
          AND outbox IS NULL AND dropped_at IS NULL) AS dropped;
