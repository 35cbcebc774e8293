-- name: persons_of
SELECT id, person FROM member WHERE id IN (:members…) AND person IS NOT NULL;

-- name: person_others
SELECT id FROM member WHERE person = :person ORDER BY id;
