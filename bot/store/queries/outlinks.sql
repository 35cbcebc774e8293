-- name: out_link_get
SELECT * FROM out_link WHERE code = :code;

-- name: out_link_add
INSERT INTO out_link (code, url, carrier, posted, content, account, persona, circle, member, made_at,
                      made_by)
VALUES (:code, :url, :carrier, :posted, :content, :account, :persona, :circle, :member, :now, :actor)
ON CONFLICT (code) DO NOTHING;

-- name: out_links
-- The latest first, with their clicks.
SELECT l.*, (SELECT COUNT(*) FROM event AS e
             WHERE e.kind = 'clicked' AND e.which = l.code) AS clicks
FROM out_link AS l ORDER BY l.made_at DESC, l.code LIMIT :n;

-- name: out_link_posted
SELECT code, posted FROM out_link;

-- name: flow_comings
-- Who began to be in a place, by kind and code. A hand-over between colleagues brings nobody.
SELECT s.kind, s.source AS code, s.came, COALESCE(f.add_way, 0) AS way, COUNT(*) AS n
FROM stay AS s LEFT JOIN friend AS f
  ON s.kind = 'account' AND s.source = '' AND f.member = s.member AND f.account = s.place
WHERE s.kind IN ('account', 'group', 'circle') AND s.since >= :since AND s.since < :before
  AND s.how <> 'handed'
GROUP BY s.kind, s.source, s.came, COALESCE(f.add_way, 0)
ORDER BY 1, 2, 3, 4;

-- name: flow_clicks
SELECT l.posted, l.carrier, COUNT(*) AS n,
       COUNT(DISTINCT CASE WHEN e.member <> '' THEN e.member END) AS persons
FROM event AS e JOIN out_link AS l ON l.code = e.which
WHERE e.kind = 'clicked' AND e.at >= :since AND e.at < :before
GROUP BY l.posted, l.carrier ORDER BY 1, 2;

-- name: flow_rows
-- The comings behind the matrix, the latest first.
SELECT s.member, m.name, s.kind, s.place, s.since, s.source AS code, s.came,
       COALESCE(f.add_way, 0) AS way
FROM stay AS s LEFT JOIN friend AS f
  ON s.kind = 'account' AND s.source = '' AND f.member = s.member AND f.account = s.place
LEFT JOIN member AS m ON m.id = s.member
WHERE s.kind = :kind AND s.since >= :since AND s.since < :before AND s.how <> 'handed'
ORDER BY s.since DESC, s.member, s.place LIMIT :n OFFSET :skip;

-- name: flow_places
-- The same comings by place instead of by code.
SELECT s.kind, s.place, COALESCE(c.owner, '') AS owner, COUNT(*) AS n
FROM stay AS s LEFT JOIN chat AS c ON s.kind = 'group' AND c.id = s.place
WHERE s.kind IN ('account', 'group', 'circle') AND s.since >= :since AND s.since < :before
  AND s.how <> 'handed'
GROUP BY s.kind, s.place, COALESCE(c.owner, '') ORDER BY 1, 2;

-- name: out_links_page
-- The latest first, behind (:at, :after), with the clicks on each.
SELECT l.*, (SELECT COUNT(*) FROM event AS e
             WHERE e.kind = 'clicked' AND e.which = l.code) AS clicks
FROM out_link AS l
WHERE l.made_at < :at OR (l.made_at = :at AND l.code > :after)
ORDER BY l.made_at DESC, l.code LIMIT :n;

-- name: out_link_joins
-- How often somebody came to a place by one of these codes.
SELECT source AS code, COUNT(*) AS n FROM stay
WHERE source <> '' AND source IN (:codes…) AND how <> 'handed' GROUP BY source;

-- name: out_link_clicks
-- Clicks on a link, the latest first, behind event :after.
SELECT e.id, e.at, e.member, m.name, e.which AS code, e.account, l.url
FROM event AS e JOIN out_link AS l ON l.code = e.which LEFT JOIN member AS m ON m.id = e.member
WHERE e.kind = 'clicked' AND e.which = :code AND e.id < :after
ORDER BY e.id DESC LIMIT :n;

-- name: flow_click_rows
-- The clicks behind a cell of the way back, the latest first.
SELECT e.id, e.at, e.member, m.name, e.which AS code, e.account, l.url
FROM event AS e JOIN out_link AS l ON l.code = e.which LEFT JOIN member AS m ON m.id = e.member
WHERE e.kind = 'clicked' AND e.at >= :since AND e.at < :before AND e.id < :after
  AND l.posted = :posted AND l.carrier = :carrier
ORDER BY e.id DESC LIMIT :n;

-- name: flow_codes
-- Who came by which code to what.
SELECT s.source AS code, s.kind, COUNT(*) AS n FROM stay AS s
WHERE s.source <> '' AND s.kind IN ('account', 'group') AND s.since >= :since AND s.since < :before
  AND s.how <> 'handed'
GROUP BY s.source, s.kind ORDER BY 1, 2;

-- name: flow_code_rows
-- The comings by one code, the latest first; behind (:at, :after).
SELECT s.member, m.name, s.kind, s.place, s.since, s.source AS code, s.came
FROM stay AS s LEFT JOIN member AS m ON m.id = s.member
WHERE s.source <> '' AND s.source = :code AND s.kind IN ('account', 'group')
  AND s.since >= :since AND s.since < :before AND s.how <> 'handed'
ORDER BY s.since DESC, s.member, s.place LIMIT :n OFFSET :skip;

-- name: code_items
-- What the platform made for us under these codes.
SELECT DISTINCT code, kind FROM platform_item WHERE code IN (:codes…) ORDER BY code, kind;
