-- name: community_terms_all
SELECT circle, since, version, digest FROM community_terms ORDER BY circle, since;

-- name: community_source
SELECT source FROM community_terms WHERE circle = :circle AND since = :since;

-- name: community_words_drop
DELETE FROM community_word WHERE circle = :circle;

-- name: community_word_put
INSERT INTO community_word (kind, word, mark, circle) VALUES (:kind, :word, :mark, :circle);

-- name: community_known
-- What texts may call these members, the circle with the most points first; of whom facts may be used.
SELECT m.id AS member, s.circle, s.level, c.name AS codename
FROM member m
JOIN standing s ON s.member = COALESCE(m.person, m.id)
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE m.id IN (:members…)
  AND NOT EXISTS (SELECT 1 FROM member_no n JOIN member_consent a ON a.no = n.no
                  WHERE n.member = s.member AND a.purpose = 'personal' AND a.given = 0)
ORDER BY m.id, s.points DESC, s.circle;

-- name: community_terms_add
INSERT INTO community_terms (circle, since, version, source, digest)
VALUES (:circle, :since, :version, :source, :digest)
ON CONFLICT (circle, since) DO UPDATE SET version = :version, source = :source, digest = :digest;

-- name: community_inside
-- When these persons were in which circles.
SELECT member, place, since, until FROM stay WHERE kind = 'circle' AND member IN (:members…);

-- name: community_orders
SELECT id, member FROM purchase WHERE member IN (:members…);

-- name: points_of
SELECT * FROM point WHERE member IN (:members…);

-- name: point_put
INSERT INTO point (member, circle, cause, rule, at, day, amount, wanted, why)
VALUES (:member, :circle, :cause, :rule, :at, :day, :amount, :wanted, :why)
ON CONFLICT (member, circle, cause, rule) DO UPDATE
SET at = :at, day = :day, amount = :amount, wanted = :wanted, why = :why;

-- name: point_drop
DELETE FROM point WHERE member = :member AND circle = :circle AND cause = :cause AND rule = :rule;

-- name: points_drop
DELETE FROM point WHERE member IN (:members…);

-- name: standing_drop
DELETE FROM standing WHERE member IN (:members…);

-- name: standing_put
INSERT INTO standing (member, circle, points, spent, level, mark, level_at, earned_at, faded_at)
VALUES (:member, :circle, :points, :spent, :level, :mark, :level_at, :earned_at, :faded_at);

-- name: levels_drop
DELETE FROM community_level WHERE member IN (:members…);

-- name: level_put
INSERT INTO community_level (member, circle, level, at, cause, points, start, until)
VALUES (:member, :circle, :level, :at, :cause, :points, :start, :until);

-- name: levels_reached
SELECT * FROM community_level WHERE member IN (:members…) ORDER BY circle, at, cause;

-- name: badges_drop
DELETE FROM badge WHERE member IN (:members…);

-- name: badge_put
INSERT INTO badge (member, circle, badge, mark, at, cause, given, actor, why, until)
VALUES (:member, :circle, :badge, :mark, :at, :cause, :given, :actor, :why, :until);

-- name: badges_held
SELECT * FROM badge WHERE member IN (:members…) ORDER BY circle, at, badge;

-- name: codenames_drop
DELETE FROM codename WHERE member IN (:members…);

-- name: codename_put
INSERT INTO codename (member, circle, name, at) VALUES (:member, :circle, :name, :at);

-- name: codenames_of
SELECT * FROM codename WHERE member IN (:members…) ORDER BY circle;

-- name: codenames_taken
SELECT name, member FROM codename WHERE circle = :circle AND name IN (:names…);

-- name: codename_numbered
-- Names of the pool with a number behind them.
SELECT name FROM codename
WHERE circle = :circle AND substr(name, 1, length(CAST(:prefix AS TEXT))) = :prefix;

-- name: circle_hold
-- Of two who choose a name in a circle the second sees what the first did.
SELECT id FROM circle WHERE id = :circle /*lock*/;

-- name: entitlements_drop
DELETE FROM entitlement WHERE member IN (:members…);

-- name: entitlement_put
INSERT INTO entitlement (event, member, circle, entitled, at, cost, until)
VALUES (:event, :member, :circle, :entitled, :at, :cost, :until);

-- name: entitlements_of
SELECT * FROM entitlement WHERE member IN (:members…) ORDER BY at, event;

-- name: entitlement_get
SELECT * FROM entitlement WHERE event = :event;

-- name: right_take
-- One more is taken, if there is one left: stock 0 is no limit.
INSERT INTO right_stock (circle, entitled, taken)
SELECT CAST(:circle AS TEXT), CAST(:entitled AS TEXT), 1 WHERE 1 = 1
ON CONFLICT (circle, entitled) DO UPDATE SET taken = right_stock.taken + 1
WHERE :stock = 0 OR right_stock.taken < :stock
RETURNING taken;

-- name: right_give_back
UPDATE right_stock SET taken = taken - 1
WHERE circle = :circle AND entitled = :entitled AND taken > 0;

-- name: rights_taken
SELECT entitled, taken FROM right_stock WHERE circle = :circle;

-- name: community_clear_points
DELETE FROM point;

-- name: community_clear_standings
DELETE FROM standing;

-- name: community_clear_levels
DELETE FROM community_level;

-- name: community_clear_badges
DELETE FROM badge;

-- name: community_clear_codenames
DELETE FROM codename;

-- name: community_clear_entitlements
DELETE FROM entitlement;

-- name: standings_of
SELECT * FROM standing WHERE member IN (:members…) ORDER BY points DESC, circle;

-- name: standings_top
-- Who is in the circle now, the most points first.
SELECT s.member, s.points, s.level, m.name, c.name AS codename
FROM standing s JOIN stay t ON t.member = s.member AND t.kind = 'circle' AND t.place = s.circle
    AND t.until IS NULL
LEFT JOIN member m ON m.id = s.member
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE s.circle = :circle AND s.points > 0 ORDER BY s.points DESC, s.member LIMIT :n;

-- name: standings_period
-- The same by what was earned since a moment and before another.
SELECT p.member, SUM(p.amount) AS points, s.level, m.name, c.name AS codename
FROM point p JOIN standing s ON s.member = p.member AND s.circle = p.circle
JOIN stay t ON t.member = p.member AND t.kind = 'circle' AND t.place = p.circle AND t.until IS NULL
LEFT JOIN member m ON m.id = p.member
LEFT JOIN codename c ON c.member = p.member AND c.circle = p.circle
WHERE p.circle = :circle AND p.at >= :since AND p.at < :until AND p.amount > 0
GROUP BY p.member, s.level, m.name, c.name ORDER BY points DESC, p.member LIMIT :n;

-- name: badges_wall
-- Who has one of these badges and is in the circle now, the latest first.
SELECT b.member, b.badge, b.at, b.given, b.why, m.name, c.name AS codename
FROM badge b JOIN stay t ON t.member = b.member AND t.kind = 'circle' AND t.place = b.circle
    AND t.until IS NULL
LEFT JOIN member m ON m.id = b.member
LEFT JOIN codename c ON c.member = b.member AND c.circle = b.circle
WHERE b.circle = :circle AND b.until IS NULL AND b.badge IN (:badges…)
ORDER BY b.at DESC, b.member LIMIT :n;

-- name: badges_count
SELECT badge, COUNT(*) AS n FROM badge WHERE circle = :circle AND until IS NULL GROUP BY badge;

-- name: levels_count
SELECT level, COUNT(*) AS n FROM standing WHERE circle = :circle AND level <> '' GROUP BY level;

-- name: standings_idle
-- Who earned nothing since a moment and may lose by it, behind an id.
SELECT member FROM standing
WHERE circle = :circle AND earned_at <= :earned AND points > :least AND member > :after
  AND (faded_at IS NULL OR faded_at <= :faded)
ORDER BY member LIMIT :n;

-- name: standing_get
SELECT * FROM standing WHERE member = :member AND circle = :circle;

-- name: badge_get
SELECT * FROM badge WHERE member = :member AND circle = :circle AND badge = :badge;
