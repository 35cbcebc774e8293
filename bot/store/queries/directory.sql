-- name: members_called
-- Whose name begins so, by name. Blank names are not in the index.
SELECT id, name FROM member
WHERE name >= :text AND name < :beyond AND name <> '' ORDER BY name, id LIMIT :n;

-- name: members_named
-- Whose name has it anywhere.
SELECT id, name FROM member
WHERE name <> '' AND LOWER(name) LIKE LOWER(CAST(:text AS TEXT)) ESCAPE '\'
ORDER BY name, id LIMIT :n;

-- name: members_so_called
SELECT id, name FROM member WHERE name = :text ORDER BY id;

-- name: members_with_names
SELECT id, name FROM member WHERE name <> '' AND id > :after ORDER BY id LIMIT :n;

-- name: tags_named
-- Those that are gone, too: the log still names them.
SELECT id, name FROM tag WHERE id IN (:ids…);
