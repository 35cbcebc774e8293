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

-- name: talks_any
c.id <> ''

-- name: talks_mine
c.held_by = :staff AND c.held_by <> ''

-- name: talks_named
c.id IN (SELECT m.conversation FROM mention AS m WHERE m.login = :named AND m.seen_at IS NULL)

-- name: talks_unanswered
c.last_in_at > c.answered_at

-- name: talks_waiting
c.waiting_since IS NOT NULL AND c.held_by = '' AND c.mode <> 'client'
AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)

-- name: talks_complaint
c.waiting_since IS NOT NULL AND c.waiting_why = 'complaint'

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
