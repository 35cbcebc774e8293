-- name: review_add
INSERT INTO review (kind, name, version, base, actor, at)
VALUES (:kind, :name, :version, :base, :actor, :now);

-- name: review_mend
INSERT INTO review (kind, name, version, state, base, actor, at)
SELECT v.kind, v.name, v.version,
    CASE WHEN EXISTS (SELECT 1 FROM published p WHERE p.kind = v.kind AND p.name = v.name
                      AND p.version = v.version) THEN 'approved' ELSE 'draft' END,
    v.version - 1, v.author, CAST(:now AS BIGINT)
FROM version v
WHERE NOT EXISTS (SELECT 1 FROM review r WHERE r.kind = v.kind AND r.name = v.name
                  AND r.version = v.version)
ON CONFLICT (kind, name, version) DO NOTHING;

-- name: review_hold
-- Of two who decide at once, the second sees what the first did.
SELECT * FROM review WHERE kind = :kind AND name = :name AND version = :version /*lock*/;

-- name: review_one
SELECT v.kind, v.name, v.version, v.author, v.made_at, r.state, r.base, r.note, r.actor, r.at
FROM review r
JOIN version v ON v.kind = r.kind AND v.name = r.name AND v.version = r.version
WHERE r.kind = :kind AND r.name = :name AND r.version = :version;

-- name: review_move
UPDATE review SET state = :state, note = :note, actor = :actor, at = :now
WHERE kind = :kind AND name = :name AND version = :version AND state = :before;

-- name: review_of
-- All versions of one name, oldest first, without their text.
SELECT v.kind, v.name, v.version, v.author, v.made_at, r.state, r.base, r.note, r.actor, r.at
FROM review r
JOIN version v ON v.kind = r.kind AND v.name = r.name AND v.version = r.version
WHERE r.kind = :kind AND r.name = :name ORDER BY v.version;

-- name: review_in
-- Versions in one state, the longest waiting first.
SELECT v.kind, v.name, v.version, v.author, v.made_at, r.state, r.base, r.note, r.actor, r.at
FROM review r
JOIN version v ON v.kind = r.kind AND v.name = r.name AND v.version = r.version
WHERE r.state = :state AND r.state IN ('draft', 'review')
ORDER BY r.at, v.kind, v.name, v.version LIMIT :n;

-- name: review_newest
-- The newest version of every name, and the one that serves.
SELECT v.kind, v.name, v.version, v.author, v.made_at, r.state, r.base, r.note, r.actor, r.at,
       p.version AS serving, p.actor AS served_by, p.at AS since
FROM (SELECT kind, name, MAX(version) AS version FROM version GROUP BY kind, name) AS n
JOIN version v ON v.kind = n.kind AND v.name = n.name AND v.version = n.version
JOIN review r ON r.kind = n.kind AND r.name = n.name AND r.version = n.version
LEFT JOIN published p ON p.kind = n.kind AND p.name = n.name
ORDER BY v.kind, v.name;

-- name: review_trail
SELECT * FROM audit WHERE subject IN (:subjects…) ORDER BY id;
