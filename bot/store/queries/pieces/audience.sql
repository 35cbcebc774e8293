-- Conditions of an audience. A probe asks about one member, who.id; a set lists all members of
-- whom it holds, some of them twice. Sentences fill their holes with them. An EXISTS stays where
-- it stands: written as a join, SQLite may begin with the wrong table (590 ms instead of 23 ms
-- over 1,000,000 members).

-- name: audience_everybody
0 = 0;

-- name: audience_nobody
0 = 1;

-- name: audience_not
NOT (/*part…*/);

-- name: audience_brackets
(/*part…*/);

-- name: audience_person
-- Holds for him, or for another id of his.
(/*part…*/
 OR who.id IN (SELECT who.person FROM member AS who WHERE who.person IS NOT NULL AND /*part…*/));

-- name: audience_stays
who.id NOT IN (SELECT id FROM member WHERE person IS NOT NULL);

-- name: audience_others
SELECT who.person AS id FROM member AS who WHERE who.person IS NOT NULL AND /*part…*/;

-- name: audience_members
SELECT * FROM member WHERE person IS NULL;

-- name: audience_count
SELECT COUNT(*) AS n FROM (/*members…*/) AS who WHERE /*where…*/;

-- name: audience_count_listed
SELECT COUNT(DISTINCT who.id) AS n FROM (/*members…*/) AS who
WHERE /*where…*/;

-- name: audience_page_listed
SELECT DISTINCT who.id FROM (/*members…*/) AS who
WHERE who.id > :after AND /*where…*/
ORDER BY who.id LIMIT :n;

-- name: audience_page
SELECT who.id FROM (/*members…*/) AS who
WHERE who.id > :after AND /*where…*/
ORDER BY who.id LIMIT :n;

-- name: audience_size
SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM (/*members…*/) AS who LIMIT :most) AS listed;

-- name: audience_tag_set
SELECT member AS id FROM friend_tag WHERE tag IN (:values…);

-- name: audience_tag_probe
EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = who.id AND x.tag IN (:values…));

-- name: audience_own_tag_set
SELECT n.member AS id FROM member_tag AS t CROSS JOIN member_no AS n
WHERE t.tag IN (:values…) AND n.no = t.no;

-- name: audience_own_tag_probe
EXISTS (SELECT 1 FROM member_tag AS x
        WHERE x.no = (SELECT n.no FROM member_no AS n WHERE n.member = who.id)
          AND x.tag IN (:values…));

-- name: audience_account_set
SELECT member AS id FROM friend WHERE account IN (:values…) AND until IS NULL;

-- name: audience_account_probe
EXISTS (SELECT 1 FROM friend AS x
        WHERE x.member = who.id AND x.account IN (:values…) AND x.until IS NULL);

-- name: audience_source_set
SELECT member AS id FROM friend WHERE state IN (:values…) AND state <> '';

-- name: audience_source_probe
EXISTS (SELECT 1 FROM friend AS x
        WHERE x.member = who.id AND x.state IN (:values…) AND x.state <> '');

-- name: audience_group_set
SELECT s.member AS id FROM chat_member AS s
WHERE s.chat IN (:values…) AND s.left_at IS NULL AND s.staff = 0
  AND EXISTS (SELECT 1 FROM member AS x WHERE x.id = s.member);

-- name: audience_group_probe
EXISTS (SELECT 1 FROM chat_member AS x
        WHERE x.member = who.id AND x.chat IN (:values…) AND x.left_at IS NULL AND x.staff = 0);

-- name: audience_promo_probe
EXISTS (SELECT 1 FROM member AS x WHERE x.id = who.id AND x.promo_ok IN (:values…));

-- name: audience_promo_here
who.promo_ok IN (:values…);

-- name: audience_gender_probe
EXISTS (SELECT 1 FROM member AS x WHERE x.id = who.id AND x.gender IN (:values…));

-- name: audience_gender_here
who.gender IN (:values…);

-- name: audience_active_since
EXISTS (SELECT 1 FROM conversation AS x WHERE x.member = who.id AND x.last_in_at >= :at);

-- name: audience_active_before
NOT EXISTS (SELECT 1 FROM conversation AS x WHERE x.member = who.id AND x.last_in_at >= :at);

-- name: audience_joined_since
(EXISTS (SELECT 1 FROM friend AS x WHERE x.member = who.id)
 AND NOT EXISTS (SELECT 1 FROM friend AS x WHERE x.member = who.id AND x.since < :at));

-- name: audience_joined_ever
EXISTS (SELECT 1 FROM friend AS x WHERE x.member = who.id);

-- name: audience_joined_before
EXISTS (SELECT 1 FROM friend AS x WHERE x.member = who.id AND x.since < :at);

-- name: audience_kf_since
EXISTS (SELECT 1 FROM conversation AS x
        WHERE x.member = who.id AND x.channel = 'kf' AND x.last_in_at >= :at);

-- name: audience_kf_before
NOT EXISTS (SELECT 1 FROM conversation AS x
            WHERE x.member = who.id AND x.channel = 'kf' AND x.last_in_at >= :at);

-- name: audience_reach_set
SELECT f.member AS id FROM friend AS f WHERE f.until IS NULL AND 'contact' IN (:values…)
UNION ALL
SELECT s.member AS id FROM chat AS c JOIN chat_member AS s ON s.chat = c.id
WHERE c.dismissed_at IS NULL AND s.left_at IS NULL AND s.staff = 0 AND 'group' IN (:values…)
  AND EXISTS (SELECT 1 FROM member AS x WHERE x.id = s.member);

-- name: audience_reach_probe
EXISTS (SELECT 1 FROM (
            SELECT 'contact' AS way FROM friend AS x WHERE x.member = who.id AND x.until IS NULL
            UNION ALL
            SELECT 'group' AS way FROM chat_member AS x JOIN chat AS c ON c.id = x.chat
            WHERE x.member = who.id AND x.left_at IS NULL AND x.staff = 0
              AND c.dismissed_at IS NULL) AS w
        WHERE w.way IN (:values…));

-- name: audience_fact_set
SELECT n.member AS id FROM fact AS f JOIN member_no AS n ON n.no = f.no
WHERE f.mark IN (:values…) AND f.won = 1;

-- name: audience_fact_probe
EXISTS (SELECT 1 FROM member_no AS n JOIN fact AS x ON x.no = n.no
        WHERE n.member = who.id AND x.mark IN (:values…) AND x.won = 1);

-- name: audience_knows_probe
EXISTS (SELECT 1 FROM member_no AS n JOIN fact AS x ON x.no = n.no
        WHERE n.member = who.id AND x.name IN (:values…) AND x.won = 1);

-- name: audience_need_set
SELECT n.member AS id FROM need AS f JOIN member_no AS n ON n.no = f.no
WHERE f.word IN (:values…);

-- name: audience_need_kind_set
SELECT n.member AS id FROM need AS f JOIN member_no AS n ON n.no = f.no
WHERE f.kind IN (:values…);

-- name: audience_need_probe
EXISTS (SELECT 1 FROM member_no AS n JOIN need AS x ON x.no = n.no
        WHERE n.member = who.id AND x.word IN (:values…));

-- name: audience_need_kind_probe
EXISTS (SELECT 1 FROM member_no AS n JOIN need AS x ON x.no = n.no
        WHERE n.member = who.id AND x.kind IN (:values…));

-- name: audience_consent_set
SELECT n.member AS id FROM member_consent AS f JOIN member_no AS n ON n.no = f.no
WHERE f.purpose IN (:values…) AND f.given = 1;

-- name: audience_consent_probe
EXISTS (SELECT 1 FROM member_no AS n JOIN member_consent AS x ON x.no = n.no
        WHERE n.member = who.id AND x.purpose IN (:values…) AND x.given = 1);

-- name: audience_id_set
SELECT id FROM member WHERE id IN (:values…);

-- name: audience_id_probe
who.id IN (:values…);

-- name: audience_order_set
SELECT member AS id FROM purchase
WHERE category IN (:values…) AND state NOT IN ('refunded', 'cancelled');

-- name: audience_order_probe
EXISTS (SELECT 1 FROM purchase AS x
        WHERE x.member = who.id AND x.category IN (:values…)
          AND x.state NOT IN ('refunded', 'cancelled'));

-- name: audience_ordered_since
EXISTS (SELECT 1 FROM worth AS x WHERE x.member = who.id AND x.last_at >= :at);

-- name: audience_ordered_before
EXISTS (SELECT 1 FROM worth AS x WHERE x.member = who.id AND x.last_at < :at);

-- name: audience_orders_from
COALESCE((SELECT x.orders FROM worth AS x WHERE x.member = who.id), 0) >= :amount;

-- name: audience_orders_below
COALESCE((SELECT x.orders FROM worth AS x WHERE x.member = who.id), 0) < :amount;

-- name: audience_net_from
COALESCE((SELECT x.net_cents FROM worth AS x WHERE x.member = who.id), 0) >= :amount;

-- name: audience_net_below
COALESCE((SELECT x.net_cents FROM worth AS x WHERE x.member = who.id), 0) < :amount;

-- name: audience_ltv_from
COALESCE((SELECT x.net_cents FROM worth AS x WHERE x.member = who.id), 0)
- COALESCE((SELECT SUM(x.acquisition_cost) FROM member AS x
            WHERE x.id = who.id OR x.person = who.id), 0) >= :amount;

-- name: audience_ltv_below
COALESCE((SELECT x.net_cents FROM worth AS x WHERE x.member = who.id), 0)
- COALESCE((SELECT SUM(x.acquisition_cost) FROM member AS x
            WHERE x.id = who.id OR x.person = who.id), 0) < :amount;

-- name: audience_uses_set
SELECT u.id FROM (
    SELECT x.beneficiary AS id, x.category FROM purchase AS x
    WHERE x.beneficiary <> '' AND x.state NOT IN ('refunded', 'cancelled')
    UNION ALL
    SELECT x.member AS id, x.category FROM purchase AS x
    WHERE x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')
      AND NOT EXISTS (SELECT 1 FROM buys_for AS b WHERE b.member = x.member AND b.how = 'gift'
                      AND b.category IN ('', x.category))
    UNION ALL
    SELECT b.beneficiary AS id, x.category FROM buys_for AS b
    JOIN purchase AS x ON x.member = b.member AND b.category IN ('', x.category)
    WHERE x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')) AS u
WHERE u.category IN (:values…) AND EXISTS (SELECT 1 FROM member AS m WHERE m.id = u.id);

-- name: audience_uses_probe
EXISTS (SELECT 1 FROM (
    SELECT x.category FROM purchase AS x
    WHERE x.beneficiary = who.id AND x.beneficiary <> '' AND x.state NOT IN ('refunded', 'cancelled')
    UNION ALL
    SELECT x.category FROM purchase AS x
    WHERE x.member = who.id AND x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')
      AND NOT EXISTS (SELECT 1 FROM buys_for AS b WHERE b.member = x.member AND b.how = 'gift'
                      AND b.category IN ('', x.category))
    UNION ALL
    SELECT x.category FROM buys_for AS b
    JOIN purchase AS x ON x.member = b.member AND b.category IN ('', x.category)
    WHERE b.beneficiary = who.id AND x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')) AS u
    WHERE u.category IN (:values…));

-- name: audience_stage_set
SELECT member AS id FROM journey WHERE stage IN (:values…) AND stage <> '' AND latest = 1;

-- name: audience_stage_probe
EXISTS (SELECT 1 FROM journey AS x
        WHERE x.member = who.id AND x.latest = 1 AND x.stage <> '' AND x.stage IN (:values…));

-- name: audience_dear_probe
CASE WHEN EXISTS (
    SELECT 1 FROM journey AS x JOIN category AS c ON c.name = x.category
    WHERE x.member = who.id AND x.latest = 1 AND (c.dear = 1 OR c.seldom = 1)
      AND x.stage IN ('received', 'integrated', 'preferred')) THEN 1 ELSE 0 END IN (:values…);

-- name: audience_staged_set
SELECT member AS id FROM journey WHERE category || '/' || stage IN (:values…) AND latest = 1;

-- name: audience_staged_probe
EXISTS (SELECT 1 FROM journey AS x
        WHERE x.member = who.id AND x.latest = 1 AND x.category || '/' || x.stage IN (:values…));

-- name: audience_level_set
SELECT member AS id FROM standing WHERE mark IN (:values…) AND mark <> '';

-- name: audience_level_probe
EXISTS (SELECT 1 FROM standing AS x WHERE x.member = who.id AND x.mark IN (:values…));

-- name: audience_badge_set
SELECT member AS id FROM badge WHERE mark IN (:values…) AND until IS NULL;

-- name: audience_badge_probe
EXISTS (SELECT 1 FROM badge AS x
        WHERE x.member = who.id AND x.mark IN (:values…) AND x.until IS NULL);
