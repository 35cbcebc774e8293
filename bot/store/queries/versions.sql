-- name: version_latest
SELECT * FROM version WHERE kind = :kind AND name = :name ORDER BY version DESC LIMIT 1;

-- name: version_get
SELECT * FROM version WHERE kind = :kind AND name = :name AND version = :version;

-- name: version_known
SELECT version FROM version WHERE kind = :kind AND name = :name AND digest = :digest LIMIT 1;

-- name: versions_of
-- Without the text, which may be long.
SELECT version, digest, author, made_at FROM version
WHERE kind = :kind AND name = :name ORDER BY version;

-- name: version_names
SELECT name, MAX(version) AS version FROM version WHERE kind = :kind GROUP BY name ORDER BY name;

-- name: version_add
INSERT INTO version (kind, name, version, digest, source, author, made_at)
VALUES (:kind, :name, :version, :digest, :source, :author, :now);

-- name: publish
INSERT INTO published (kind, name, version, at, actor)
VALUES (:kind, :name, :version, :now, :actor)
ON CONFLICT (kind, name) DO UPDATE SET version = :version, at = :now, actor = :actor;

-- name: unpublish
DELETE FROM published WHERE kind = :kind AND name = :name;

-- name: published_hold
-- Of two who publish the same thing at once, the second sees what the first did.
SELECT version, at, actor FROM published WHERE kind = :kind AND name = :name /*lock*/;

-- name: published_one
SELECT version, at, actor FROM published WHERE kind = :kind AND name = :name;

-- name: published_all
SELECT v.kind, v.name, v.version, v.digest, v.source FROM published p
JOIN version v ON v.kind = p.kind AND v.name = p.name AND v.version = p.version
ORDER BY v.kind, v.name;

-- name: published_marks
SELECT kind, name, version FROM published ORDER BY kind, name;

-- name: folder_all
SELECT kind, name, digest, waiting FROM folder ORDER BY kind, name;

-- name: folder_put
INSERT INTO folder (kind, name, digest, waiting, at)
VALUES (:kind, :name, :digest, :waiting, :now)
ON CONFLICT (kind, name) DO UPDATE SET digest = :digest, waiting = :waiting, at = :now;

-- name: folder_decided
UPDATE folder SET waiting = 0 WHERE kind = :kind AND name = :name;

-- name: folder_drop
DELETE FROM folder WHERE kind = :kind AND name = :name;
