-- name: facts_known
-- Facts that count, of whom they may be used in words.
SELECT m.id AS member, f.name, f.value, f.source
FROM member m
JOIN member_no n ON n.member = COALESCE(m.person, m.id)
JOIN fact f ON f.no = n.no AND f.won = 1
WHERE m.id IN (:members…)
  AND NOT EXISTS (SELECT 1 FROM member_consent c
                  WHERE c.no = n.no AND c.purpose = 'personal' AND c.given = 0);

-- name: facts_of
SELECT f.* FROM member m
JOIN member_no n ON n.member = COALESCE(m.person, m.id)
JOIN fact f ON f.no = n.no
WHERE m.id = :member
ORDER BY f.name, f.source DESC;

-- name: consents_of
SELECT c.* FROM member m
JOIN member_no n ON n.member = COALESCE(m.person, m.id)
JOIN member_consent c ON c.no = n.no
WHERE m.id = :member
ORDER BY c.purpose;

-- name: facts_having
SELECT n.no, n.member FROM fact f JOIN member_no n ON n.no = f.no
WHERE f.mark = :mark AND f.won = 1 AND f.no > :after
ORDER BY f.no LIMIT :n;

-- name: facts_on_days
SELECT n.no, n.member FROM fact f JOIN member_no n ON n.no = f.no
WHERE f.day IN (:days…) AND f.day > 0 AND f.won = 1 AND f.name = :name AND f.no > :after
ORDER BY f.no LIMIT :n;
