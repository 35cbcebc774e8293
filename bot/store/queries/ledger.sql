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
SELECT COUNT(*) AS n FROM (
    SELECT member FROM stay
    WHERE kind IN (:kinds…) AND until IS NULL
      AND (CAST(:every AS INTEGER) = 1 OR place IN (:places…))
    GROUP BY member) AS p;

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

-- name: ledger_place_names
-- What people call groups.
SELECT id, name FROM chat WHERE id IN (:ids…) AND name <> '';

-- name: ledger_came_rows
-- Who came to a place in a span, in the order of time; behind (:at, :after), where :since is :at.
SELECT s.member, m.name, s.since AS at, s.how, s.source, s.came, s.inviter, s.ended
FROM stay AS s LEFT JOIN member AS m ON m.id = s.member
WHERE s.kind = :kind AND s.place = :place AND s.since >= :since AND s.since < :before
  AND NOT (s.since = :at AND s.member <= :after)
ORDER BY s.since, s.member LIMIT :n;

-- name: ledger_went_rows
SELECT s.member, m.name, s.until AS at, s.how, s.source, s.came, s.inviter, s.ended
FROM stay AS s LEFT JOIN member AS m ON m.id = s.member
WHERE s.kind = :kind AND s.place = :place AND s.until >= :since AND s.until < :before
  AND NOT (s.until = :at AND s.member <= :after)
ORDER BY s.until, s.member LIMIT :n;

-- name: ledger_there_rows
-- Who was in a place at a moment, by id: those who still are, and those who left since.
SELECT s.member, m.name, s.since AS at, s.how, s.source, s.came, s.inviter, s.ended
FROM (
    SELECT * FROM stay
    WHERE kind = :kind AND place = :place AND until IS NULL AND since < :moment AND member > :after
    UNION ALL
    SELECT * FROM stay
    WHERE kind = :kind AND place = :place AND until >= :moment AND since < :moment
      AND member > :after
) AS s LEFT JOIN member AS m ON m.id = s.member
ORDER BY s.member LIMIT :n;

-- name: ledger_union_there
-- Who was in at least one of these places, or in any of these kinds, at a moment; by id.
SELECT f.member, m.name, f.since AS at
FROM (
    SELECT member, MIN(since) AS since FROM stay
    WHERE kind IN (:kinds…) AND (CAST(:every AS INTEGER) = 1 OR place IN (:places…))
      AND since < :moment AND (until IS NULL OR until >= :moment) AND member > :after
    GROUP BY member ORDER BY member LIMIT :n
) AS f LEFT JOIN member AS m ON m.id = f.member
ORDER BY f.member;

-- name: ledger_union_moves
-- Who came to the first of these places (:came 1), or left the last of them, in a span; in the order
-- of time, behind (:at, :after), where :since is :at.
SELECT i.member, m.name, i.at
FROM (
    SELECT member, CASE WHEN CAST(:came AS INTEGER) = 1 THEN since ELSE until END AS at FROM (
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
                      WHERE kind IN ('account', 'group', 'circle')
                        AND since >= :since AND since < :before
                      UNION
                      SELECT member FROM stay
                      WHERE kind IN ('account', 'group', 'circle')
                        AND until >= :since AND until < :before)
            ) AS marked
        ) AS numbered
        GROUP BY member, island
    ) AS islands
) AS i LEFT JOIN member AS m ON m.id = i.member
WHERE i.at >= :since AND i.at < :before AND NOT (i.at = :at AND i.member <= :after)
ORDER BY i.at, i.member LIMIT :n;
