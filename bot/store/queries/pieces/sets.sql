-- Sets of members by their numbers (member_no), and what says whose facts have changed.

-- name: tail_last
SELECT r.id FROM (/*rows…*/) AS r ORDER BY r.id DESC LIMIT 1;

-- name: tail_after
SELECT r.* FROM (/*rows…*/) AS r WHERE r.id >= :last ORDER BY r.id LIMIT :n;

-- name: tail_some
SELECT r.* FROM (/*rows…*/) AS r WHERE r.id IN (:ids…);

-- name: tail_events
SELECT id, dedupe AS mark, member, other, 0 AS no FROM event;

-- name: tail_inbox
-- A time of last writing moves with a message, which becomes an event only when it is answered.
SELECT i.id, i.dedupe AS mark, COALESCE(c.member, '') AS member, '' AS other, 0 AS no
FROM inbox AS i LEFT JOIN conversation AS c ON c.id = i.conversation;

-- name: tail_numbers
SELECT no AS id, member AS mark, member, '' AS other, no FROM member_no;

-- name: tail_touched
-- With his id, by which the person is found that he may be by now.
SELECT t.id, t.at AS mark, COALESCE(n.member, '') AS member, '' AS other, t.no
FROM touched AS t LEFT JOIN member_no AS n ON n.no = t.no;

-- name: sets_everybody
SELECT n.no, who.id FROM member AS who LEFT JOIN member_no AS n ON n.member = who.id
WHERE who.id > :after AND who.person IS NULL ORDER BY who.id LIMIT :n;

-- name: sets_walked
SELECT n.no, who.id FROM member AS who CROSS JOIN member_no AS n
WHERE n.member = who.id AND who.id > :after AND /*where…*/ ORDER BY who.id LIMIT :n;

-- name: sets_listed
SELECT n.no, who.id FROM (/*members…*/) AS who CROSS JOIN member_no AS n
WHERE n.member = who.id AND who.id > :after ORDER BY who.id LIMIT :n;

-- name: sets_among
SELECT n.no FROM member_no AS n CROSS JOIN member AS who
WHERE n.no IN (:numbers…) AND who.id = n.member AND /*where…*/;

-- name: sets_persons
SELECT n.no, who.id FROM member_no AS n CROSS JOIN member AS who
WHERE n.no IN (:numbers…) AND who.id = n.member AND who.person IS NULL;

-- name: sets_merged
SELECT DISTINCT n.no FROM member AS who JOIN member_no AS n ON n.member = who.person
WHERE who.person IS NOT NULL;

-- name: audience_active_times
SELECT member AS id, MAX(last_in_at) AS found FROM conversation
WHERE member > :after AND last_in_at IS NOT NULL GROUP BY member ORDER BY member LIMIT :n;

-- name: audience_joined_times
SELECT member AS id, MIN(since) AS found FROM friend
WHERE member > :after GROUP BY member ORDER BY member LIMIT :n;

-- name: audience_kf_times
-- COALESCE keeps SQLite from going by the channel, which reads all of them for every page: 17.5 s
-- instead of 3.7 for a million.
SELECT member AS id, MAX(last_in_at) AS found FROM conversation
WHERE member > :after AND COALESCE(channel, '') = 'kf' AND last_in_at IS NOT NULL
GROUP BY member ORDER BY member LIMIT :n;

-- name: audience_ordered_times
SELECT member AS id, last_at AS found FROM worth
WHERE member > :after AND last_at IS NOT NULL ORDER BY member LIMIT :n;

-- name: sets_times
SELECT n.no, t.id, t.found FROM (/*times…*/) AS t LEFT JOIN member_no AS n ON n.member = t.id
ORDER BY t.id;
