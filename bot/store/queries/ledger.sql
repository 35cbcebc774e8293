-- name: ledger_now
-- How many are in each place now; of one place where it is named.
SELECT place, COUNT(*) AS n FROM stay
WHERE kind = :kind AND until IS NULL AND (CAST(:place AS TEXT) IS NULL OR place = :place)
GROUP BY place;

-- name: ledger_came
SELECT place, COUNT(*) AS n FROM stay
WHERE kind = :kind AND since >= :since AND since < :before
  AND (CAST(:place AS TEXT) IS NULL OR place = :place)
GROUP BY place;

-- name: ledger_went
SELECT place, COUNT(*) AS n FROM stay
WHERE kind = :kind AND until >= :since AND until < :before
  AND (CAST(:place AS TEXT) IS NULL OR place = :place)
GROUP BY place;

-- name: ledger_union_now
-- How many persons are in one of these places, or in any of these kinds.
SELECT COUNT(DISTINCT member) AS n FROM stay
WHERE kind IN (:kinds…) AND until IS NULL
  AND (CAST(:every AS INTEGER) = 1 OR place IN (:places…));

-- name: ledger_union
-- From when until when persons were in at least one of these places, of those for whom something
-- changed since a moment. A stay that begins when another ends goes on with it.
SELECT since, until FROM (
    SELECT member, island, MIN(since) AS since,
           CASE WHEN COUNT(*) = COUNT(until) THEN MAX(until) END AS until
    FROM (
        SELECT member, since, until,
               SUM(begins) OVER (PARTITION BY member ORDER BY since, kind, place
                                 ROWS UNBOUNDED PRECEDING) AS island
        FROM (
            SELECT member, kind, place, since, until,
                   CASE WHEN MAX(COALESCE(until, :ever))
                             OVER (PARTITION BY member ORDER BY since, kind, place
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= since
                        THEN 0 ELSE 1 END AS begins
            FROM stay
            WHERE kind IN (:kinds…) AND (CAST(:every AS INTEGER) = 1 OR place IN (:places…))
              AND member IN (
                  SELECT member FROM stay
                  WHERE kind IN ('account', 'group', 'circle') AND since >= :since
                  UNION
                  SELECT member FROM stay
                  WHERE kind IN ('account', 'group', 'circle') AND until >= :since)
        ) AS marked
    ) AS numbered
    GROUP BY member, island
) AS islands
WHERE since >= :since OR until >= :since;

-- name: ledger_events
-- Comings and goings as the log has them.
SELECT id, at, kind, member, account, place, other, dedupe FROM event
WHERE kind IN (:kinds…) AND id > :after ORDER BY id LIMIT :n;

-- name: ledger_persons
SELECT id, person FROM member WHERE person IS NOT NULL;
