-- name: segments
SELECT * FROM segment ORDER BY name;

-- name: segment_get
SELECT * FROM segment WHERE name = :name;

-- name: segment_put
INSERT INTO segment (name, words, made_by, made_at, changed_by, changed_at)
VALUES (:name, :words, :actor, :now, :actor, :now)
ON CONFLICT (name) DO UPDATE SET words = excluded.words, changed_by = excluded.changed_by,
                                 changed_at = excluded.changed_at;
