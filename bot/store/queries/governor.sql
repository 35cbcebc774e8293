-- What the governor goes by, for a page of members at a time, and the sums of what it refused.

-- name: governor_hold
-- Whoever rules before a call waits for the one who is ruling: each sees what the other let pass.
INSERT INTO governor (name, at) VALUES ('gate', :now)
ON CONFLICT (name) DO UPDATE SET at = excluded.at;

-- name: governed_members
SELECT id, promo_ok, promo_less, zone FROM member WHERE id /*few*/ IN (:members…);

-- name: governed_friends
SELECT member, account, since FROM friend
WHERE member /*few*/ IN (:members…) AND until IS NULL;

-- name: governed_talks
-- A chat with many people says nothing of one of them.
SELECT member, channel, account, mode, last_in_at, answered_at, waiting_since, complaint_at,
       held_at, handed_at, upset_at, sent_since, created_at
FROM conversation
WHERE member /*few*/ IN (:members…) AND substr(peer, 1, 6) <> 'group:';

-- name: governed_said
-- In the words of the index. What arrived since :since may have been decided long before, though
-- not before :decided. What a plan announces is a promotion (bot.core.model.is_promotion).
SELECT member, persona, channel, content, outbox,
       CASE WHEN status = 'queued' THEN 1 ELSE 0 END AS queued,
       CASE WHEN status IN ('sent', 'unsure') THEN COALESCE(sent_at, at) END AS at,
       CASE WHEN kind <> 'care' THEN 1 ELSE 0 END AS sells
FROM replies
WHERE member /*few*/ IN (:members…) AND at > :decided AND kind IN ('promo', 'care', 'activity')
  AND (kind <> 'activity' OR origin LIKE 'flow:%' OR origin LIKE 'campaign:%')
  AND (status IN ('queued', 'waiting_tap')
       OR (status IN ('sent', 'unsure') AND COALESCE(sent_at, at) > :since));

-- name: governed_claimed
SELECT id FROM outbox WHERE id IN (:ids…) AND state IN ('sending', 'waiting', 'sent', 'unsure');

-- name: governed_served
-- In the words of the index, and from it alone. Several lines within an hour are one contact.
SELECT DISTINCT member, persona, at / 3600000 AS hour FROM replies
WHERE member /*few*/ IN (:members…) AND at > :since AND kind IN ('reply', 'care', 'staff')
  AND status = 'sent';

-- name: governed_own
SELECT member, COUNT(*) AS n FROM own_bulk
WHERE member /*few*/ IN (:members…) AND at >= :since GROUP BY member;

-- name: governed_posts
-- A post is one, whatever the number of accounts and chats; so is what a colleague repeats.
SELECT content, origin, MIN(at) AS at FROM replies
WHERE persona = :persona AND kind = :kind AND kind IN ('moment', 'group_post') AND at > :since
  AND channel <> 'webhook' AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
GROUP BY content, origin ORDER BY at, origin;

-- name: governed_group
-- The most that any one group got of a persona.
SELECT MAX(n) AS n FROM (
    SELECT COUNT(*) AS n FROM replies
    WHERE kind = 'group_post' AND kind IN ('moment', 'group_post') AND channel = 'group'
      AND persona = :persona AND at >= :since AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
    GROUP BY peer) AS groups;

-- name: reply_note
UPDATE replies SET note = :note WHERE outbox = :outbox AND status = 'queued';

-- name: receivers_cancel
UPDATE replies SET status = 'cancelled', note = CAST(v.column3 AS TEXT)
FROM (VALUES /*rows*/ (:outbox, :peer, :note)) AS v
WHERE outbox = CAST(v.column1 AS BIGINT) AND peer = CAST(v.column2 AS TEXT)
  AND status NOT IN ('sent', 'failed');

-- name: refusal_add
INSERT INTO refusal (day, persona, origin, answer, code, n)
VALUES (:day, :persona, :origin, :answer, :code, :n)
ON CONFLICT (day, persona, origin, answer, code) DO UPDATE SET n = refusal.n + excluded.n;

-- name: refusals
SELECT * FROM refusal WHERE day >= :since AND day <= :until
ORDER BY day, persona, origin, answer, code;

-- name: own_bulk_forget
DELETE FROM own_bulk WHERE at < :before;

-- name: own_bulk_add
INSERT INTO own_bulk (id, account, member, at)
VALUES /*rows*/ (:id, :account, :member, :at)
ON CONFLICT (member, id, account) DO NOTHING;

-- name: ruling_get
SELECT since, after, passed, until, code FROM ruling WHERE outbox = :outbox;

-- name: ruling_put
INSERT INTO ruling (outbox, after, passed, until, code, since)
VALUES (:outbox, :after, :passed, :until, :code, :since)
ON CONFLICT (outbox) DO UPDATE SET after = excluded.after, passed = excluded.passed,
    until = excluded.until, code = excluded.code, since = excluded.since;

-- name: ruling_end
DELETE FROM ruling WHERE outbox = :outbox OR since < :old;

-- name: ruling_page
SELECT peer, member FROM replies
WHERE outbox = :outbox AND peer > :after AND status <> 'cancelled' ORDER BY peer LIMIT :n;

-- name: ruling_commonest
SELECT note FROM replies WHERE outbox = :outbox AND status = 'cancelled'
GROUP BY note ORDER BY COUNT(*) DESC, note LIMIT 1;

-- name: rulings_among
SELECT outbox FROM ruling WHERE outbox IN (:ids…);

-- name: rulings_passed
SELECT g.outbox, r.member FROM ruling g JOIN replies r ON r.outbox = g.outbox AND r.peer <= g.after
WHERE g.outbox IN (:ids…) AND r.member /*few*/ IN (:members…);

-- name: quota_bulk
-- The platform counts a customer's bulk messages over all accounts: of each account's friends who got
-- some this month, how many, the most that one got, and how many can get no more. Tasks are found by
-- their tap, for the reply log has no order of them.
SELECT f.account, COUNT(*) AS people, MAX(got.n) AS most,
       SUM(CASE WHEN got.n >= :quota THEN 1 ELSE 0 END) AS full_up
FROM (SELECT member, SUM(n) AS n FROM (
          SELECT r.member, COUNT(*) AS n FROM tap t JOIN replies r ON r.outbox = t.outbox
          WHERE t.channel = 'contact' AND r.member <> '' AND COALESCE(r.sent_at, r.at) >= :begins
            AND r.status IN ('waiting_tap', 'sent', 'unsure') GROUP BY r.member
          UNION ALL
          SELECT member, COUNT(*) AS n FROM own_bulk WHERE at >= :begins GROUP BY member) AS each_way
      GROUP BY member) AS got
JOIN friend f ON f.member = got.member AND f.until IS NULL
GROUP BY f.account ORDER BY f.account;

-- name: quota_moments
SELECT account, COUNT(*) AS month,
       SUM(CASE WHEN COALESCE(sent_at, at) >= :today THEN 1 ELSE 0 END) AS day
FROM replies
WHERE kind = 'moment' AND kind IN ('moment', 'group_post') AND at > :decided
  AND COALESCE(sent_at, at) >= :begins AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
GROUP BY account ORDER BY account;
