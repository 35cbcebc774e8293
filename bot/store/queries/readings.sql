-- Our own pages on which a text is read, and how long it was in sight.

-- name: reading_add
INSERT INTO reading (code, content, version, title, topic, text, made_by, made_at)
VALUES (:code, :content, :version, :title, :topic, :text, :actor, :now)
ON CONFLICT (code) DO NOTHING;

-- name: reading_get
SELECT code, content, version, title, topic, text, made_by, made_at FROM reading
WHERE code = :code;

-- name: reading_of
SELECT code, content, version, title, topic, text, made_by, made_at FROM reading
WHERE content = :content ORDER BY made_at DESC, code LIMIT 1;

-- name: reading_views
-- A line for each view of a template, the latest first: its stretches together.
SELECT which AS view, MIN(at) AS at, MAX(member) AS member, SUM(amount) AS seconds
FROM event WHERE kind = 'read' AND place = :content
GROUP BY which ORDER BY MIN(at) DESC LIMIT :n;

-- name: reading_by
-- What one person read.
SELECT which AS view, place AS content, amount AS seconds, data FROM event
WHERE member IN (:ids…) AND COALESCE(kind, '') = 'read' ORDER BY at, id;
