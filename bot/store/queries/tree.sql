-- The forest of invitations: every member has one inviter at most, and nobody is above himself.

-- name: tree_above
-- Who invited him, who invited that one, and so on to the root.
WITH RECURSIVE up (member, inviter, at, code, depth) AS (
    SELECT member, inviter, at, code, 1 FROM invite_edge WHERE member = :member AND inviter <> ''
    UNION ALL
    SELECT e.member, e.inviter, e.at, e.code, up.depth + 1
    FROM up JOIN invite_edge e ON e.member = up.inviter AND e.inviter <> ''
    WHERE up.depth < :most)
SELECT up.member, up.inviter, up.at, up.code, up.depth, m.name
FROM up LEFT JOIN member m ON m.id = up.inviter ORDER BY up.depth;

-- name: tree_size
-- How many stand below him, how far down, and what they bought and kept.
WITH RECURSIVE down (member, depth) AS (
    SELECT member, 1 FROM invite_edge WHERE inviter = :member AND inviter <> ''
    UNION ALL
    SELECT e.member, down.depth + 1
    FROM down JOIN invite_edge e ON e.inviter = down.member AND e.inviter <> ''
    WHERE down.depth < :most)
SELECT COUNT(*) AS below, COALESCE(MAX(depth), 0) AS depth,
       COALESCE(SUM(CASE WHEN depth = 1 THEN 1 ELSE 0 END), 0) AS direct,
       COALESCE(SUM((SELECT SUM(q.paid_cents - q.refunded_cents) FROM purchase q
                     WHERE q.member = down.member)), 0) AS cents
FROM down;

-- name: tree_below
-- A page of whom he invited himself, in the order in which they came.
SELECT e.member, e.inviter, e.at, e.code, m.name,
       COALESCE((SELECT SUM(q.paid_cents - q.refunded_cents) FROM purchase q
                 WHERE q.member = e.member), 0) AS cents
FROM invite_edge e LEFT JOIN member m ON m.id = e.member
WHERE e.inviter = :member AND e.inviter <> '' AND (e.at > :at OR (e.at = :at AND e.member > :after))
ORDER BY e.at, e.member LIMIT :n;

-- name: tree_top
-- Who invited most in a period.
SELECT e.inviter AS member, m.name, COUNT(*) AS n FROM invite_edge e LEFT JOIN member m ON m.id = e.inviter
WHERE e.inviter <> '' AND e.at >= :since AND e.at < :until
GROUP BY e.inviter, m.name ORDER BY n DESC, e.inviter LIMIT :n;

-- name: tree_roots
-- A page of those who invited somebody and whom nobody invited.
SELECT w.inviter AS member, m.name, w.n FROM (
    SELECT e.inviter, COUNT(*) AS n FROM invite_edge e
    WHERE e.inviter <> '' AND e.inviter > :after AND NOT EXISTS (
        SELECT 1 FROM invite_edge u WHERE u.member = e.inviter AND u.inviter <> '')
    GROUP BY e.inviter ORDER BY e.inviter LIMIT :n) AS w
LEFT JOIN member m ON m.id = w.inviter ORDER BY w.inviter;

-- name: tree_refused_of
-- Refused claims of those who named one's codes, the latest first.
SELECT c.*, m.name FROM invite_claim c LEFT JOIN member m ON m.id = c.member
WHERE c.inviter = :inviter AND c.inviter <> '' AND c.verdict IN (:verdicts…)
ORDER BY c.at DESC, c.event DESC LIMIT :n;

-- name: tree_inviters
SELECT member, inviter, at, code FROM invite_edge WHERE member IN (:members…) AND inviter <> '';

-- name: tree_refused
-- A page of refused claims, the latest first.
SELECT c.*, m.name FROM invite_claim c LEFT JOIN member m ON m.id = c.member
WHERE c.verdict IN (:verdicts…) AND (c.at < :at OR (c.at = :at AND c.event < :event))
ORDER BY c.at DESC, c.event DESC LIMIT :n;

-- name: tree_claims
-- Everything that one named, the latest first.
SELECT * FROM invite_claim WHERE member = :member ORDER BY at DESC, event DESC LIMIT :n;

-- name: advocates
-- Who passes us on, speaks well of us, and brings others, in a period. What staff took back of his
-- words does not count.
SELECT s.member, m.name, SUM(s.shared) AS shared, SUM(s.praised) AS praised, SUM(s.invited) AS invited
FROM (SELECT COALESCE(p.person, e.member) AS member,
             CASE WHEN e.kind = 'shared' THEN 1 ELSE 0 END AS shared,
             CASE WHEN e.kind = 'shared' THEN 0 ELSE 1 END AS praised, 0 AS invited
      FROM event e LEFT JOIN member p ON p.id = e.member
      WHERE e.kind IN ('shared', 'feedback') AND e.at >= :since AND e.at < :until AND e.member <> ''
        AND (e.kind = 'shared' OR (e.amount > 0 AND NOT EXISTS (
            SELECT 1 FROM event u
            WHERE u.member = e.member AND COALESCE(u.kind, '') = 'unnoted' AND u.place = e.dedupe)))
      UNION ALL
      SELECT inviter, 0, 0, 1 FROM invite_edge
      WHERE inviter <> '' AND at >= :since AND at < :until) s
LEFT JOIN member m ON m.id = s.member
GROUP BY s.member, m.name
ORDER BY SUM(s.shared + s.praised + s.invited) DESC, s.member LIMIT :n;
