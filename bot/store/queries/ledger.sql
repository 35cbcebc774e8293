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
