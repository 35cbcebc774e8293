-- Numbers of members, which their sets in memory go by.

-- name: number_members
SELECT no, member AS id FROM member_no WHERE no IN (:numbers…);

-- name: numbers_touched
-- Numbers of these ids and of the persons that they are.
SELECT n.no FROM member AS m CROSS JOIN member_no AS n
WHERE m.id IN (:members…) AND n.member IN (m.id, m.person);

-- name: numbers_kin
-- Those for whom these members buy: an order of theirs says what the others use.
SELECT n.no FROM member AS m CROSS JOIN buys_for AS b CROSS JOIN member_no AS n
WHERE m.id IN (:members…) AND b.member IN (m.id, m.person) AND n.member = b.beneficiary;

-- name: touched_add
INSERT INTO touched (no, at) SELECT no, :now FROM member_no WHERE member = :member;

-- name: touched_forget
DELETE FROM touched WHERE at < :before;
