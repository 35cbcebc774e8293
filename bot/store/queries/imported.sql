-- Members as files tell of them.

-- name: member_numbers
SELECT m.id AS member, n.no, m.acquisition_cost FROM member m
LEFT JOIN member_no n ON n.member = m.id WHERE m.id IN (:members…);

-- name: member_cost
UPDATE member SET acquisition_cost = CAST(:cost AS BIGINT) WHERE id = :id;

-- name: member_costs_clear
UPDATE member SET acquisition_cost = NULL WHERE acquisition_cost IS NOT NULL;

-- name: member_tags_clear
DELETE FROM member_tag;

-- name: member_tags_of
SELECT tag, no FROM member_tag WHERE no IN (:nos…);

-- name: member_tags_named
SELECT n.member, t.name FROM member_no n JOIN member_tag x ON x.no = n.no
JOIN own_tag t ON t.id = x.tag WHERE n.member IN (:members…);

-- name: member_tag_add
INSERT INTO member_tag (tag, no) VALUES /*rows*/ (:tag, :no) ON CONFLICT (tag, no) DO NOTHING;

-- name: member_tag_drop
DELETE FROM member_tag WHERE tag = :tag AND no = :no;

-- name: own_tag_add
INSERT INTO own_tag (name) VALUES (:name) ON CONFLICT (name) DO NOTHING;

-- name: own_tags
SELECT id, name FROM own_tag WHERE name IN (:names…);

-- name: imports_before
-- The last row about each of these members that told something new.
SELECT e.member, e.data, e.dedupe FROM event e
WHERE e.member IN (:members…) AND COALESCE(e.kind, '') = 'imported'
ORDER BY e.at, e.dedupe;

-- name: members_page
SELECT id, name, person, acquisition_cost FROM member
WHERE id > :after AND person IS NULL ORDER BY id LIMIT :n;

-- name: members_total
SELECT COUNT(*) AS n FROM member WHERE person IS NULL;

-- name: corporate_tags_of
SELECT DISTINCT t.name FROM friend_tag x JOIN tag t ON t.id = x.tag
WHERE x.member IN (:members…) AND t.gone_at IS NULL ORDER BY t.name;

-- name: imports_more
-- Those to whom more than one thing happened, or who are more than one id. The index alone answers.
SELECT member AS id FROM event
WHERE member IN (:members…) GROUP BY member HAVING COUNT(*) > 1
UNION
SELECT person AS id FROM member WHERE person IN (:persons…);
