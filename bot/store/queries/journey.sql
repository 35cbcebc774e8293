-- name: journey_put
INSERT INTO journey (member, category, no, stage, was, at, event, latest)
VALUES (:member, :category, :no, :stage, :was, :at, :event, :latest);

-- name: journey_drop
DELETE FROM journey WHERE member IN (:members…);

-- name: journey_clear
DELETE FROM journey;

-- name: journey_marked
SELECT event FROM journey_mark WHERE name = 'sent' /*lock*/;

-- name: journey_mark
INSERT INTO journey_mark (name, event) VALUES ('sent', :event)
ON CONFLICT (name) DO UPDATE SET event = :event;

-- name: learned_first
SELECT member, which, MIN(at) AS at FROM event
WHERE member IN (:members…) AND COALESCE(kind, '') = 'learned' GROUP BY member, which;

-- name: journey_of
SELECT * FROM journey WHERE member = :member ORDER BY at, category, no;

-- name: journey_orders
SELECT id FROM purchase WHERE member = :member;

-- name: journey_funnel
-- Of each category, how many are at each stage now.
SELECT category, stage, COUNT(*) AS n FROM journey WHERE latest = 1
GROUP BY category, stage ORDER BY category, stage;

-- name: journey_at
-- Who is at a stage of a category now, a page in the order of ids.
SELECT member, at, event, was FROM journey
WHERE category = :category AND stage = :stage AND latest = 1 AND member > :after
ORDER BY member LIMIT :n;

-- name: journey_backs
-- Of each category, how many came to where they are from further on: the index journey_back.
SELECT category, was, stage, COUNT(*) AS n FROM journey
WHERE latest = 1
  AND CASE stage WHEN 'received' THEN 1 WHEN 'integrated' THEN 2 WHEN 'preferred' THEN 3 WHEN 'bought' THEN 4 WHEN 'shared' THEN 5
          WHEN 'rebought' THEN 6 ELSE 0 END
    < CASE was WHEN 'received' THEN 1 WHEN 'integrated' THEN 2 WHEN 'preferred' THEN 3 WHEN 'bought' THEN 4 WHEN 'shared' THEN 5
          WHEN 'rebought' THEN 6 ELSE 0 END
GROUP BY category, was, stage ORDER BY category, was, stage;

-- name: journey_at_from
-- Who is at a stage of a category now and came from a certain one, a page in the order of ids.
SELECT member, at, event, was FROM journey
WHERE category = :category AND stage = :stage AND was = :was AND latest = 1 AND member > :after
ORDER BY member LIMIT :n;

-- name: journey_people
-- Everybody of whom something is known that may move him, a page in the order of ids.
SELECT DISTINCT member FROM event
WHERE member > :after AND COALESCE(kind, '') IN (:kinds…) ORDER BY member LIMIT :n;

-- name: categories_all
SELECT * FROM category ORDER BY name;

-- name: category_tags
SELECT id, name FROM tag WHERE name IN (:names…) ORDER BY id;

-- name: categories_clear
DELETE FROM category;

-- name: category_put
INSERT INTO category (name, dear, seldom, signs) VALUES (:name, :dear, :seldom, :signs);
