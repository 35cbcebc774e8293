-- Numbers of members, which their sets in memory go by.

-- name: number_members
SELECT no, member AS id FROM member_no WHERE no IN (:numbers…);

-- name: numbers_touched
-- Numbers of these ids and of the persons that they are.
SELECT no FROM member_no
WHERE member IN (:members…)
   OR member IN (SELECT person FROM member WHERE id IN (:members…) AND person IS NOT NULL);

-- name: touched_add
INSERT INTO touched (no, at) SELECT no, :now FROM member_no WHERE member = :member;

-- name: touched_forget
DELETE FROM touched WHERE at < :before;
