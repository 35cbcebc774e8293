-- name: stay_ids
-- Other ids of these persons.
SELECT id, person FROM member WHERE person IN (:persons…);

-- name: stays_drop
DELETE FROM stay WHERE member IN (:members…);

-- name: stay_add
INSERT INTO stay (member, kind, place, since, until, how, source, came, inviter, ended)
VALUES (:member, :kind, :place, :since, :until, :how, :source, :came, :inviter, :ended);

-- name: stays_clear
DELETE FROM stay;

-- name: stays_of
-- One person's, the latest first.
SELECT * FROM stay WHERE member = :member ORDER BY since DESC, kind, place;

-- name: stays_at
-- Who is in a place now, by id.
SELECT * FROM stay
WHERE kind = :kind AND place = :place AND until IS NULL AND member > :after
ORDER BY member LIMIT :n;

-- name: stay_open
SELECT * FROM stay WHERE kind = :kind AND place = :place AND member = :member AND until IS NULL;
