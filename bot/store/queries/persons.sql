-- name: persons_of
SELECT id, person FROM member WHERE id IN (:members…) AND person IS NOT NULL;

-- name: person_others
SELECT id FROM member WHERE person = :person ORDER BY id;

-- name: persons_others
SELECT id, person FROM member WHERE person IN (:persons…) ORDER BY id;

-- name: person_set
UPDATE member SET person = CAST(:person AS TEXT) WHERE id IN (:ids…);
