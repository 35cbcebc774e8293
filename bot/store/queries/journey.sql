-- name: journey_put
INSERT INTO journey (member, category, no, stage, was, at, event, latest)
VALUES (:member, :category, :no, :stage, :was, :at, :event, :latest);

-- name: journey_drop
DELETE FROM journey WHERE member IN (:members…);

-- name: journey_clear
DELETE FROM journey;

-- name: journey_began
-- When each of these people came to a category first.
SELECT member, category, at FROM journey WHERE member IN (:members…) AND no = 1;

-- name: journey_contents
-- What reached these members that has a name.
SELECT * FROM event
WHERE member IN (:members…) AND COALESCE(kind, '') = 'outbound' AND place <> ''
  AND id <= (SELECT event FROM journey_mark WHERE name = 'sent');

-- name: journey_marked
SELECT event FROM journey_mark WHERE name = 'sent' /*lock*/;

-- name: journey_mark
UPDATE journey_mark SET event = :event WHERE name = 'sent';

-- name: journey_page
SELECT * FROM event WHERE id > :after ORDER BY id LIMIT :n;

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
SELECT member, at, event FROM journey
WHERE category = :category AND stage = :stage AND latest = 1 AND member > :after
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
