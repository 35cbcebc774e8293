-- Conversations of one person that staff see as one talk.

-- name: joins_of
SELECT id FROM conversation WHERE joined = :joined AND joined <> 0 ORDER BY id;

-- name: joins_rows
SELECT * FROM conversation WHERE id IN (:ids…) ORDER BY id;

-- name: joins_named
SELECT c.*, m.name AS called FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.id IN (:ids…) ORDER BY c.activity_at DESC, c.id;

-- name: joins_hold
-- Always in the order of their ids: two who want the same do not wait for each other.
SELECT * FROM conversation WHERE id IN (:ids…) ORDER BY id /*lock*/;

-- name: joins_add
INSERT INTO talk_join (conversation, evidence, made_by, made_at)
VALUES (:conversation, :evidence, :staff, :now) RETURNING id;

-- name: joins_name
UPDATE talk_join SET whole = :whole WHERE conversation IN (:ids…) AND parted_at IS NULL;

-- name: joins_set
UPDATE conversation SET joined = :whole WHERE id IN (:ids…);

-- name: joins_end
UPDATE talk_join SET parted_by = :staff, parted_at = :now
WHERE conversation IN (:ids…) AND parted_at IS NULL;

-- name: joins_open
SELECT * FROM talk_join WHERE conversation IN (:ids…) AND parted_at IS NULL ORDER BY id;

-- name: joins_answered
-- What staff said through one account of a whole answers him in all of them.
UPDATE conversation SET answered_at = :at WHERE id IN (:ids…) AND answered_at < :at;

-- name: joins_last_staff
-- When staff last said something there that has not failed.
SELECT r.at FROM replies r
WHERE r.conversation = :id AND r.kind = 'staff'
  AND r.status NOT IN ('failed', 'expired', 'cancelled') ORDER BY r.id DESC LIMIT 1;

-- name: joins_others
-- What he waits for in the other conversations of the whole, and what nobody has read there yet.
SELECT MIN(CASE WHEN c.waiting_since IS NOT NULL THEN c.waiting_since ELSE
    (SELECT MIN(i.received_at) FROM inbox i
     WHERE i.conversation = c.id AND i.state IN ('new', 'working') AND i.kind <> 'event'
       AND i.id > c.answered_in) END) AS at
FROM conversation c WHERE c.joined = :joined AND c.joined <> 0 AND c.id <> :id;

-- Who may be the same person, the strongest reason first.

-- name: joins_same_member
SELECT c.id, c.channel, c.account, c.peer, c.joined, c.last_in_at, m.name FROM conversation c
LEFT JOIN member m ON m.id = c.member
WHERE c.member = :member AND c.id <> :id ORDER BY c.last_in_at DESC, c.id LIMIT :n;

-- name: joins_same_union
SELECT c.id, c.channel, c.account, c.peer, c.joined, c.last_in_at, m.name FROM member o
JOIN member m ON m.union_id = o.union_id AND m.union_id <> '' AND m.id <> o.id
JOIN conversation c ON c.member = m.id
WHERE o.id = :member ORDER BY c.last_in_at DESC, c.id LIMIT :n;

-- name: joins_same_name
-- No more than a few of those with a frequent name are looked at.
SELECT c.id, c.channel, c.account, c.peer, c.joined, c.last_in_at, x.name
FROM (SELECT s.id, s.name FROM member o
      JOIN member s ON s.name = o.name AND s.name <> '' AND s.id <> o.id
      WHERE o.id = :member ORDER BY s.id LIMIT :n) AS x
JOIN conversation c ON c.member = x.id ORDER BY c.last_in_at DESC, c.id LIMIT :n;
