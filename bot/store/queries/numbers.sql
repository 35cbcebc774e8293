-- name: number_add
INSERT INTO member_no (member) VALUES /*rows*/ (:member) ON CONFLICT (member) DO NOTHING;

-- name: numbers_of
SELECT member, no FROM member_no WHERE member IN (:members…);
