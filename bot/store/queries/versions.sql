-- name: version_latest
SELECT * FROM version WHERE kind = :kind AND name = :name ORDER BY version DESC LIMIT 1;

-- name: version_add
INSERT INTO version (kind, name, version, digest, source, author, made_at)
VALUES (:kind, :name, :version, :digest, :source, :author, :now);

-- name: publish
INSERT INTO published (kind, name, version, at) VALUES (:kind, :name, :version, :now)
ON CONFLICT (kind, name) DO UPDATE SET version = :version, at = :now;

-- name: unpublish
DELETE FROM published WHERE kind = :kind AND name = :name;

-- name: published_all
SELECT v.kind, v.name, v.version, v.digest, v.source FROM published p
JOIN version v ON v.kind = p.kind AND v.name = p.name AND v.version = p.version
ORDER BY v.kind, v.name;

-- name: published_marks
SELECT kind, name, version FROM published ORDER BY kind, name;
