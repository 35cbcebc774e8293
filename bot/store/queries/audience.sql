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
