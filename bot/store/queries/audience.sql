-- What the conditions of an audience know of a member, and by which ids they know their words.

-- name: audience_place
SELECT id FROM member WHERE person IS NULL ORDER BY id LIMIT 1 OFFSET :place;

-- name: audience_members_count
SELECT COUNT(*) AS n FROM member WHERE person IS NULL;

-- name: audience_tag_ids
SELECT id FROM tag WHERE name IN (:names…) AND gone_at IS NULL;

-- name: audience_own_tag_ids
SELECT id FROM own_tag WHERE name IN (:names…);

-- name: audience_merged
SELECT id FROM member WHERE person IS NOT NULL LIMIT 1;

-- name: audience_group_ids
SELECT id FROM chat WHERE name IN (:names…) AND dismissed_at IS NULL;

-- name: audience_tag_facts
SELECT x.member AS id, t.name AS found FROM friend_tag AS x JOIN tag AS t ON t.id = x.tag
WHERE x.member IN (:members…) AND t.gone_at IS NULL
UNION ALL
SELECT n.member AS id, t.name AS found
FROM member_no AS n CROSS JOIN member_tag AS x CROSS JOIN own_tag AS t
WHERE n.member IN (:members…) AND x.no = n.no AND t.id = x.tag;

-- name: audience_account_facts
SELECT member AS id, account AS found FROM friend WHERE member IN (:members…) AND until IS NULL;

-- name: audience_source_facts
SELECT member AS id, state AS found FROM friend WHERE member IN (:members…) AND state <> '';

-- name: audience_group_facts
SELECT x.member AS id, c.name AS found FROM chat_member AS x JOIN chat AS c ON c.id = x.chat
WHERE x.member IN (:members…) AND x.left_at IS NULL AND x.staff = 0 AND c.dismissed_at IS NULL;

-- name: audience_promo_facts
SELECT id, promo_ok AS found FROM member WHERE id IN (:members…);

-- name: audience_gender_facts
SELECT id, gender AS found FROM member WHERE id IN (:members…);

-- name: audience_active_facts
SELECT member AS id, MAX(last_in_at) AS found FROM conversation
WHERE member IN (:members…) AND last_in_at IS NOT NULL GROUP BY member;

-- name: audience_joined_facts
SELECT member AS id, MIN(since) AS found FROM friend WHERE member IN (:members…) GROUP BY member;

-- name: audience_kf_facts
SELECT member AS id, MAX(last_in_at) AS found FROM conversation
WHERE member IN (:members…) AND channel = 'kf' AND last_in_at IS NOT NULL GROUP BY member;

-- name: audience_reach_facts
SELECT DISTINCT w.id, w.found FROM (
    SELECT member AS id, 'contact' AS found FROM friend WHERE until IS NULL
    UNION ALL
    SELECT x.member AS id, 'group' AS found FROM chat_member AS x JOIN chat AS c ON c.id = x.chat
    WHERE x.left_at IS NULL AND x.staff = 0 AND c.dismissed_at IS NULL) AS w
WHERE w.id IN (:members…);

-- name: audience_fact_facts
SELECT n.member AS id, f.name, f.value AS found
FROM member_no n JOIN fact f ON f.no = n.no WHERE n.member IN (:members…) AND f.won = 1;

-- name: audience_knows_facts
SELECT n.member AS id, f.name AS found
FROM member_no n JOIN fact f ON f.no = n.no WHERE n.member IN (:members…) AND f.won = 1;

-- name: audience_need_facts
SELECT n.member AS id, f.word AS found
FROM member_no n JOIN need f ON f.no = n.no WHERE n.member IN (:members…);

-- name: audience_need_kind_facts
SELECT n.member AS id, f.kind AS found
FROM member_no n JOIN need f ON f.no = n.no WHERE n.member IN (:members…);

-- name: audience_consent_facts
SELECT n.member AS id, f.purpose AS found
FROM member_no n JOIN member_consent f ON f.no = n.no
WHERE n.member IN (:members…) AND f.given = 1;

-- name: audience_id_facts
SELECT id, id AS found FROM member WHERE id IN (:members…);

-- name: audience_order_facts
SELECT DISTINCT x.member AS id, x.category AS found FROM purchase AS x
WHERE x.member IN (:members…) AND x.state NOT IN ('refunded', 'cancelled');

-- name: audience_uses_facts
SELECT DISTINCT u.id, u.found FROM (
    SELECT x.beneficiary AS id, x.category AS found FROM purchase AS x
    WHERE x.beneficiary <> '' AND x.state NOT IN ('refunded', 'cancelled')
    UNION ALL
    SELECT x.member AS id, x.category AS found FROM purchase AS x
    WHERE x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')
      AND NOT EXISTS (SELECT 1 FROM buys_for AS b WHERE b.member = x.member AND b.how = 'gift'
                      AND b.category IN ('', x.category))
    UNION ALL
    SELECT b.beneficiary AS id, x.category AS found FROM buys_for AS b
    JOIN purchase AS x ON x.member = b.member AND b.category IN ('', x.category)
    WHERE x.beneficiary = '' AND x.state NOT IN ('refunded', 'cancelled')) AS u
WHERE u.id IN (:members…);

-- name: audience_ordered_facts
SELECT member AS id, last_at AS found FROM worth
WHERE member IN (:members…) AND last_at IS NOT NULL;

-- name: audience_orders_facts
SELECT member AS id, orders AS found FROM worth WHERE member IN (:members…);

-- name: audience_net_facts
SELECT member AS id, net_cents AS found FROM worth WHERE member IN (:members…);

-- name: audience_ltv_facts
SELECT m.id, COALESCE((SELECT w.net_cents FROM worth AS w WHERE w.member = m.id), 0)
             - COALESCE((SELECT SUM(x.acquisition_cost) FROM member AS x
                         WHERE x.id = m.id OR x.person = m.id), 0) AS found
FROM member AS m WHERE m.id IN (:members…);

-- name: audience_stage_facts
SELECT DISTINCT member AS id, stage AS found FROM journey
WHERE member IN (:members…) AND latest = 1 AND stage <> '';

-- name: audience_dear_facts
SELECT m.id, CASE WHEN EXISTS (
    SELECT 1 FROM journey AS x JOIN category AS c ON c.name = x.category
    WHERE x.member = m.id AND x.latest = 1 AND (c.dear = 1 OR c.seldom = 1)
      AND x.stage IN ('received', 'integrated', 'preferred')) THEN 1 ELSE 0 END AS found
FROM member AS m WHERE m.id IN (:members…);

-- name: audience_staged_facts
SELECT member AS id, category || '/' || stage AS found FROM journey
WHERE member IN (:members…) AND latest = 1 AND stage <> '';

-- name: audience_level_ids
SELECT mark AS id FROM community_word WHERE kind = 'level' AND word IN (:names…);

-- name: audience_badge_ids
SELECT mark AS id FROM community_word WHERE kind = 'badge' AND word IN (:names…);

-- name: audience_level_facts
SELECT s.member AS id, w.word AS found
FROM standing AS s JOIN community_word AS w ON w.kind = 'level' AND w.mark = s.mark
WHERE s.member IN (:members…) AND s.mark <> '';

-- name: audience_badge_facts
SELECT b.member AS id, w.word AS found
FROM badge AS b JOIN community_word AS w ON w.kind = 'badge' AND w.mark = b.mark
WHERE b.member IN (:members…) AND b.until IS NULL;
