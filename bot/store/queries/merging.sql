-- Two ids found to be one person, and parted again.

-- name: merging_add
INSERT INTO merging (away, stays, evidence, note, actor, at)
VALUES (:away, :stays, :evidence, :note, :actor, :now) RETURNING id;

-- name: merging_moved
UPDATE merging SET moved = :moved WHERE id = :id;

-- name: merging_end
UPDATE merging SET undone_at = :now, undone_by = :actor WHERE id = :id AND undone_at IS NULL;

-- name: merging_open
-- The last time that one of two ids became the other's person, as long as it holds.
SELECT * FROM merging WHERE away = :away AND undone_at IS NULL ORDER BY id DESC LIMIT 1;

-- name: merging_ever
SELECT 1 AS found FROM merging
WHERE (away = :away AND stays = :stays) OR (away = :stays AND stays = :away)
UNION ALL
SELECT 1 AS found FROM not_double WHERE one = :one AND other = :other LIMIT 1;

-- name: merging_get
SELECT * FROM merging WHERE id = :id;

-- name: merge_weighs
-- What would go over from one id.
SELECT (SELECT COUNT(*) FROM conversation WHERE member = :away) AS talks,
       (SELECT COUNT(*) FROM replies WHERE member = :away) AS replies,
       (SELECT COUNT(*) FROM memory WHERE member = :away) AS memories,
       (SELECT COUNT(*) FROM event WHERE member = :away) AS events,
       (SELECT COUNT(*) FROM purchase WHERE member = :away) AS orders,
       (SELECT COUNT(*) FROM stay WHERE member = :away AND kind = 'circle'
                                    AND until IS NULL) AS circles,
       (SELECT COUNT(*) FROM friend WHERE member = :away AND until IS NULL) AS friends;

-- name: merging_of
SELECT * FROM merging WHERE away IN (:away…) OR stays IN (:stays…) ORDER BY id;

-- name: merge_hold
SELECT * FROM member WHERE id IN (:ids…) ORDER BY id /*lock*/;

-- name: merge_fill
UPDATE member SET name = CASE WHEN name = '' THEN :name ELSE name END,
                  zone = CASE WHEN zone = '' THEN :zone ELSE zone END
WHERE id = :id;

-- name: merge_unfill
UPDATE member SET name = CASE WHEN :name <> '' AND name = :name THEN '' ELSE name END,
                  zone = CASE WHEN :zone <> '' AND zone = :zone THEN '' ELSE zone END
WHERE id = :id;

-- name: merge_persons
SELECT id FROM member WHERE person = :person ORDER BY id;

-- name: merge_back
UPDATE member SET person = CAST(:person AS TEXT) WHERE id IN (:ids…) AND person = :was;

-- name: merge_refused_since
SELECT 1 AS found FROM event
WHERE member IN (:ids…) AND kind = 'refused' AND at > :since LIMIT 1;

-- Rows that go over to the id that stays, and back.

-- name: take_conversation
UPDATE conversation SET member = :stays WHERE member = :away RETURNING id;

-- name: give_conversation
UPDATE conversation SET member = :away WHERE id = :id AND member = :stays;

-- name: give_conversations_later
-- Talks that began while the two were one, by the address of the one that goes.
UPDATE conversation SET member = :away WHERE member = :stays AND peer = :peer RETURNING id;

-- name: take_replies
UPDATE replies SET member = :stays WHERE member = :away RETURNING id;

-- name: give_replies
UPDATE replies SET member = :away WHERE id = :id AND member = :stays;

-- name: give_replies_later
UPDATE replies SET member = :away WHERE member = :stays AND conversation = :conversation;

-- name: take_rating
UPDATE rating SET member = :stays WHERE member = :away RETURNING id;

-- name: give_rating
UPDATE rating SET member = :away WHERE id = :id AND member = :stays;

-- name: take_unmatched
UPDATE unmatched SET member = :stays WHERE member = :away RETURNING id;

-- name: give_unmatched
UPDATE unmatched SET member = :away WHERE id = :id AND member = :stays;

-- name: take_block
UPDATE block SET member = :stays WHERE member = :away RETURNING id;

-- name: give_block
UPDATE block SET member = :away WHERE id = :id AND member = :stays;

-- name: take_happening
UPDATE happening SET member = :stays WHERE member = :away RETURNING event, key;

-- name: give_happening
UPDATE happening SET member = :away WHERE event = :event AND key = :key AND member = :stays;

-- name: take_memory
-- What both ids have told the same persona stays with each.
UPDATE memory SET member = :stays
WHERE member = :away AND NOT EXISTS (
    SELECT 1 FROM memory AS x
    WHERE x.persona = memory.persona AND x.scope = memory.scope AND x.member = :stays)
RETURNING persona, scope;

-- name: give_memory
UPDATE memory SET member = :away
WHERE persona = :persona AND scope = :scope AND member = :stays AND NOT EXISTS (
    SELECT 1 FROM memory AS x
    WHERE x.persona = :persona AND x.scope = :scope AND x.member = :away);

-- name: take_rating_refused
UPDATE rating_refused SET member = :stays
WHERE member = :away AND NOT EXISTS (SELECT 1 FROM rating_refused AS x WHERE x.member = :stays)
RETURNING at;

-- name: give_rating_refused
UPDATE rating_refused SET member = :away WHERE member = :stays AND at = :at;

-- Who may be one person twice.

-- name: doubles_union
SELECT a.id AS one, b.id AS other, a.union_id AS value FROM member a
JOIN member b ON b.union_id = a.union_id AND b.id > a.id
WHERE a.union_id <> '' AND a.person IS NULL AND b.person IS NULL
  AND (a.id > :one OR (a.id = :one AND b.id > :other))
  AND NOT EXISTS (SELECT 1 FROM not_double d WHERE d.one = a.id AND d.other = b.id)
ORDER BY a.id, b.id LIMIT :n;

-- name: doubles_phone
-- Telephones that more than one person goes by, behind a mark.
SELECT mark FROM fact WHERE name = 'phone' AND won = 1 AND mark > :after
GROUP BY mark HAVING COUNT(*) > 1 ORDER BY mark LIMIT :n;

-- name: doubles_of_marks
-- Who goes by the telephones that doubles_phone finds: a mark that was read is not a parameter, for
-- where facts lie sealed it is another number than the one that is asked for.
SELECT f.mark, f.value, n.member FROM fact f JOIN member_no n ON n.no = f.no
WHERE f.mark IN (SELECT mark FROM fact WHERE name = 'phone' AND won = 1 AND mark > :after
                 GROUP BY mark HAVING COUNT(*) > 1 ORDER BY mark LIMIT :n)
  AND f.name = 'phone' AND f.won = 1 ORDER BY f.mark, n.member;

-- name: doubles_not
SELECT one, other FROM not_double WHERE one IN (:ids…) OR other IN (:others…);

-- name: doubles_part
INSERT INTO not_double (one, other, actor, at) VALUES (:one, :other, :actor, :now)
ON CONFLICT (one, other) DO NOTHING;

-- name: doubles_of_union
SELECT a.id AS one, b.id AS other, a.union_id AS value FROM member a
JOIN member b ON b.union_id = a.union_id AND b.id <> a.id
WHERE a.id IN (:ids…) AND a.union_id <> '' AND b.union_id <> ''
  AND a.person IS NULL AND b.person IS NULL
ORDER BY a.id, b.id;

-- name: doubles_of_name
-- A weak hint; no more than a few of those with a frequent name are looked at.
SELECT a.id AS one, b.id AS other, a.name AS value FROM member a
JOIN member b ON b.name = a.name AND b.id <> a.id
WHERE a.id IN (:ids…) AND a.name <> '' AND b.name <> '' AND a.person IS NULL AND b.person IS NULL
ORDER BY a.id, b.id LIMIT :n;
