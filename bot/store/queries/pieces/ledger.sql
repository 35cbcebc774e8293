-- From when until when persons were in at least one of some places, whichever and however often.

-- name: ledger_islands
-- A stay that begins when another ends goes on with it. /*touched…*/: whose stays are looked at.
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
          AND member IN (/*touched…*/)
    ) AS marked
) AS numbered
GROUP BY member, island;

-- name: ledger_touched_since
SELECT member FROM stay
WHERE kind IN ('account', 'group', 'circle') AND since >= :since
UNION
SELECT member FROM stay
WHERE kind IN ('account', 'group', 'circle') AND until >= :since;

-- name: ledger_touched_within
SELECT member FROM stay
WHERE kind IN ('account', 'group', 'circle') AND since >= :since AND since < :before
UNION
SELECT member FROM stay
WHERE kind IN ('account', 'group', 'circle') AND until >= :since AND until < :before;

-- name: ledger_union
-- Of those for whom something changed since a moment.
SELECT since, until FROM (/*islands…*/) AS islands WHERE since >= :since OR until >= :since;

-- name: ledger_union_moves
-- Who came to the first of these places (:came 1), or left the last of them, in a span; in the order
-- of time, behind (:at, :after), where :since is :at.
SELECT i.member, m.name, i.at
FROM (
    SELECT member, CASE WHEN CAST(:came AS INTEGER) = 1 THEN since ELSE until END AS at
    FROM (/*islands…*/) AS islands
) AS i LEFT JOIN member AS m ON m.id = i.member
WHERE i.at >= :since AND i.at < :before AND NOT (i.at = :at AND i.member <= :after)
ORDER BY i.at, i.member LIMIT :n;
