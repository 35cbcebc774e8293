-- Members x LTV x fission coefficient, over the stays that reach into a period.

-- name: formula_counts
-- first_at before the period: he was there when it began.
SELECT COUNT(*) AS members,
       COALESCE(SUM(CASE WHEN p.first_at < :since THEN 1 ELSE 0 END), 0) AS stock,
       COALESCE(SUM(CASE WHEN p.first_at >= :since AND e.member IS NOT NULL THEN 1 ELSE 0 END), 0) AS invited
FROM (SELECT s.member, MIN(s.since) AS first_at FROM stay s
      WHERE s.kind IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
        AND s.since < :until AND (s.until IS NULL OR s.until >= :since)
      GROUP BY s.member) p
LEFT JOIN invite_edge e
  ON e.member = p.member AND e.inviter <> '' AND e.at >= :since AND e.at < :until;

-- name: formula_orders
SELECT COALESCE(SUM(q.paid_cents - q.refunded_cents), 0) AS cents FROM purchase q
WHERE q.at < :until AND q.member IN (
    SELECT s.member FROM stay s
    WHERE s.kind IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
      AND s.since < :until AND (s.until IS NULL OR s.until >= :since));

-- name: formula_costs
SELECT COALESCE(SUM(m.acquisition_cost), 0) AS cents FROM member m
WHERE m.acquisition_cost IS NOT NULL AND COALESCE(m.person, m.id) IN (
    SELECT s.member FROM stay s
    WHERE s.kind IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
      AND s.since < :until AND (s.until IS NULL OR s.until >= :since));

-- name: formula_page
-- Who was there in the period, by id. COALESCE: SQLite then walks in the order of ids and stops.
SELECT DISTINCT s.member FROM stay s
WHERE COALESCE(s.kind, '') IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
  AND s.since < :until AND (s.until IS NULL OR s.until >= :since) AND s.member > :after
ORDER BY s.member LIMIT :n;

-- name: formula_invited
-- The same of those who became members in the period by a member's code.
SELECT e.member FROM invite_edge e
WHERE e.inviter <> '' AND e.at >= :since AND e.at < :until AND e.member > :after
  AND EXISTS (SELECT 1 FROM stay s
              WHERE s.member = e.member AND COALESCE(s.kind, '') IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
                AND s.since < :until AND (s.until IS NULL OR s.until >= :since))
ORDER BY e.member LIMIT :n;

-- name: formula_rows
-- What of these members goes into the factors.
SELECT p.member, m.name, p.first_at, e.inviter, e.code,
       COALESCE((SELECT SUM(q.paid_cents) FROM purchase q
                 WHERE q.member = p.member AND q.at < :until), 0) AS paid_cents,
       COALESCE((SELECT SUM(q.refunded_cents) FROM purchase q
                 WHERE q.member = p.member AND q.at < :until), 0) AS refunded_cents,
       COALESCE((SELECT SUM(a.acquisition_cost) FROM member a WHERE a.person = p.member), 0)
       + COALESCE(m.acquisition_cost, 0) AS cost_cents
FROM (SELECT s.member, MIN(s.since) AS first_at FROM stay s
      WHERE s.member IN (:members…) AND COALESCE(s.kind, '') IN (:kinds…) AND (:every = 1 OR s.place IN (:places…))
        AND s.since < :until AND (s.until IS NULL OR s.until >= :since)
      GROUP BY s.member) p
LEFT JOIN member m ON m.id = p.member
LEFT JOIN invite_edge e
  ON e.member = p.member AND e.inviter <> '' AND e.at >= :since AND e.at < :until AND p.first_at >= :since
ORDER BY p.member;
