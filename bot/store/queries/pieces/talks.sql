-- One page of the list of conversations of one account, and what may narrow it down. Each filter
-- has an index of its own in which the account's conversations stand in the order of the page.

-- name: talks_latest
SELECT c.id, c.activity_at AS at FROM conversation AS c
WHERE c.channel = :channel AND c.account = :account
  AND c.activity_at <= :at AND (c.activity_at < :at OR c.id < :id)
  AND /*where…*/
ORDER BY c.activity_at DESC, c.id DESC LIMIT :n;

-- name: talks_longest
SELECT c.id, c.waiting_since AS at FROM conversation AS c
WHERE c.channel = :channel AND c.account = :account AND c.waiting_since IS NOT NULL
  AND c.waiting_since >= :at AND (c.waiting_since > :at OR c.id > :id)
  AND /*where…*/
ORDER BY c.waiting_since, c.id LIMIT :n;

-- name: talks_complained
SELECT c.id, c.complaint_at AS at FROM conversation AS c
WHERE c.channel = :channel AND c.account = :account AND c.complaint_at IS NOT NULL
  AND c.complaint_at >= :at AND (c.complaint_at > :at OR c.id > :id)
  AND /*where…*/
ORDER BY c.complaint_at, c.id LIMIT :n;

-- Who stands before the others of a list: complaints to which something is to be said, then whoever
-- waits. What was put off or is held in the client has its time later, or elsewhere.

-- name: talks_complains
c.complaint_at IS NOT NULL AND c.mode <> 'client'
AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)
AND (c.waiting_since IS NOT NULL OR c.last_in_at > c.answered_at)

-- name: talks_waits
c.waiting_since IS NOT NULL AND c.mode <> 'client'
AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)

-- name: talks_not
NOT (/*part…*/)

-- name: talks_any
c.id <> ''

-- name: talks_mine
c.held_by = :staff AND c.held_by <> ''

-- name: talks_named
c.id IN (SELECT m.conversation FROM mention AS m WHERE m.login = :named AND m.seen_at IS NULL)

-- name: talks_unanswered
c.last_in_at > c.answered_at

-- name: talks_waiting
c.waiting_since IS NOT NULL AND (c.held_by = '' OR c.handed_at IS NOT NULL)
AND c.mode <> 'client'
AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)

-- name: talks_complaint
c.complaint_at IS NOT NULL

-- name: talks_snoozed
c.snoozed_until IS NOT NULL AND c.snoozed_until > :now

-- name: talks_blocked
c.mode <> 'auto' AND c.mode = 'muted'

-- name: talks_client
c.mode <> 'auto' AND c.mode = 'client'

-- name: talks_staff
c.mode <> 'auto' AND c.mode = 'staff'

-- name: talks_auto
c.mode = 'auto'

-- name: talks_tag
c.member IN (SELECT f.member FROM friend_tag AS f JOIN tag AS t ON t.id = f.tag
             WHERE t.name = :tag AND t.gone_at IS NULL AND f.member = c.member)

-- name: talks_count
-- By the filter's own index, and no further than :most: a look at every conversation would cost more
-- with each of them.
(SELECT COUNT(*) FROM (SELECT 1 AS one FROM conversation AS c
                       WHERE c.channel = :channel AND c.account = :account
                         AND /*where…*/ LIMIT :most) AS x)

-- name: talks_counts
SELECT /*mine…*/ AS mine, /*unanswered…*/ AS unanswered, /*waiting…*/ AS waiting,
       /*complaint…*/ AS complaint, /*snoozed…*/ AS snoozed, /*blocked…*/ AS blocked,
       /*client…*/ AS client;

-- name: talks_shown_as_one
-- All that a list would show of conversations that are shown as one: the times of its orders, and
-- among whom each stands.
SELECT c.id, c.joined, c.channel, c.account, c.activity_at AS latest, c.waiting_since AS longest,
       c.complaint_at AS complained, CASE WHEN /*complains…*/ THEN 1 ELSE 0 END AS complains,
       CASE WHEN /*waits…*/ THEN 1 ELSE 0 END AS waits
FROM conversation AS c WHERE c.joined IN (:wholes…) AND c.joined <> 0
  AND /*where…*/;

-- name: talks_twice
-- How many conversations of each filter are shown in the line of another one.
SELECT COALESCE(SUM(CASE WHEN x.mine > 1 THEN x.mine - 1 ELSE 0 END), 0) AS mine,
       COALESCE(SUM(CASE WHEN x.unanswered > 1 THEN x.unanswered - 1 ELSE 0 END), 0) AS unanswered,
       COALESCE(SUM(CASE WHEN x.waiting > 1 THEN x.waiting - 1 ELSE 0 END), 0) AS waiting,
       COALESCE(SUM(CASE WHEN x.complaint > 1 THEN x.complaint - 1 ELSE 0 END), 0) AS complaint,
       COALESCE(SUM(CASE WHEN x.snoozed > 1 THEN x.snoozed - 1 ELSE 0 END), 0) AS snoozed,
       COALESCE(SUM(CASE WHEN x.blocked > 1 THEN x.blocked - 1 ELSE 0 END), 0) AS blocked,
       COALESCE(SUM(CASE WHEN x.client > 1 THEN x.client - 1 ELSE 0 END), 0) AS client
FROM (SELECT SUM(CASE WHEN /*mine…*/ THEN 1 ELSE 0 END) AS mine,
             SUM(CASE WHEN /*unanswered…*/ THEN 1 ELSE 0 END) AS unanswered,
             SUM(CASE WHEN /*waiting…*/ THEN 1 ELSE 0 END) AS waiting,
             SUM(CASE WHEN /*complaint…*/ THEN 1 ELSE 0 END) AS complaint,
             SUM(CASE WHEN /*snoozed…*/ THEN 1 ELSE 0 END) AS snoozed,
             SUM(CASE WHEN /*blocked…*/ THEN 1 ELSE 0 END) AS blocked,
             SUM(CASE WHEN /*client…*/ THEN 1 ELSE 0 END) AS client
      FROM conversation AS c
      WHERE c.joined <> 0 AND c.channel || ':' || c.account IN (:places…)
      GROUP BY c.joined) AS x;
