-- name: reward_take
-- One more is out, if stock and budget allow it: 0 is no limit. Nobody else counts before this
-- transaction ends. No row: there is none left.
INSERT INTO reward (activity, reward, taken, spent, more, more_cents)
SELECT CAST(:activity AS TEXT), CAST(:reward AS TEXT), 1, CAST(:cents AS BIGINT), 0, 0
WHERE :budget = 0 OR :cents <= :budget
ON CONFLICT (activity, reward) DO UPDATE
SET taken = reward.taken + 1, spent = reward.spent + :cents
WHERE (:stock = 0 OR reward.taken < :stock + reward.more)
  AND (:budget = 0 OR reward.spent + :cents <= :budget + reward.more_cents)
RETURNING taken;

-- name: reward_give_back
UPDATE reward SET taken = taken - 1, spent = spent - :cents
WHERE activity = :activity AND reward = :reward AND taken > 0;

-- name: reward_more
INSERT INTO reward (activity, reward, taken, spent, more, more_cents)
SELECT CAST(:activity AS TEXT), CAST(:reward AS TEXT), 0, 0, CAST(:more AS INTEGER),
       CAST(:more_cents AS BIGINT) WHERE 1 = 1
ON CONFLICT (activity, reward) DO UPDATE
SET more = reward.more + :more, more_cents = reward.more_cents + :more_cents
WHERE 1 = 1;

-- name: reward_get
SELECT * FROM reward WHERE activity = :activity AND reward = :reward;

-- name: rewards_all
SELECT * FROM reward ORDER BY activity, reward;

-- name: grant_add
INSERT INTO reward_grant (id, activity, run, circle, reward, own, member, source, cause, basis, bought,
    title, how, points, cents, state, why, note, event, at, counted, settle_for, device, fresh, receiver,
    paid_no, tries, retry_at, sent_at, ended_at, loss)
VALUES (:id, :activity, :run, :circle, :reward, :own, :member, :source, :cause, :basis, :bought,
    :title, :how, :points, :cents, :state, :why, :note, :event, :at, :counted, :settle_for, :device, :fresh, :receiver,
    :paid_no, :tries, :retry_at, :sent_at, :ended_at, :loss)
ON CONFLICT (id) DO NOTHING;

-- name: grant_move
UPDATE reward_grant SET state = :state, why = :why, note = :note, event = :event, counted = :counted,
    receiver = :receiver, tries = :tries, retry_at = :retry_at, sent_at = :sent_at,
    ended_at = :ended_at, loss = :loss
WHERE id = :id AND state = :before;

-- name: grant_wait
-- What it waits for, without another state.
UPDATE reward_grant SET why = :why, note = :note, retry_at = :retry_at
WHERE id = :id AND retry_at IS NOT NULL;

-- name: grant_asked
UPDATE reward_grant SET note = :note, tries = :tries, retry_at = :retry_at WHERE id = :id;

-- name: oa_members
-- Which of these ids have talked with an official account.
SELECT DISTINCT member FROM conversation
WHERE channel = 'oa' AND account = :account AND member IN (:members…) ORDER BY member;

-- name: grant_get
SELECT * FROM reward_grant WHERE id = :id;

-- name: grant_hold
SELECT * FROM reward_grant WHERE id = :id /*lock*/;

-- name: grants_named
SELECT * FROM reward_grant WHERE id IN (:grants…) ORDER BY id;

-- name: grants_called
SELECT * FROM reward_grant WHERE substr(id, 1, length(CAST(:start AS TEXT))) = :start LIMIT 2;

-- name: grants_of_causes
SELECT * FROM reward_grant WHERE cause IN (:events…) ORDER BY at, id;

-- name: grants_resting
SELECT * FROM reward_grant WHERE basis IN (:events…) OR cause IN (:events…) ORDER BY at, id;

-- name: grants_streaks
-- What members got for days in a row: any of the days may be struck out.
SELECT * FROM reward_grant
WHERE member IN (:members…) AND source = 'streak' AND state IN ('held', 'granted', 'sent');

-- name: grants_of_members
SELECT * FROM reward_grant WHERE member IN (:members…) ORDER BY at DESC, id LIMIT :n;

-- name: grants_had
-- What one person has of a reward, and what he will have.
SELECT run, cause, state FROM reward_grant
WHERE activity = :activity AND reward = :reward AND member = :member
  AND state NOT IN ('failed', 'clawed');

-- name: grants_owned
SELECT id, own, member FROM reward_grant WHERE own IN (:members…) OR member IN (:members…);

-- name: grant_rename
UPDATE reward_grant SET member = :member WHERE id = :id;

-- name: grants_on_device
SELECT member FROM reward_grant WHERE run = :run AND device = :device AND member <> :member LIMIT 1;

-- name: grants_fresh
SELECT COUNT(*) AS n FROM reward_grant WHERE run = :run AND fresh = 1 AND at > :since AND at <= :at;

-- name: grants_due
SELECT * FROM reward_grant WHERE retry_at <= :now ORDER BY retry_at, id LIMIT :n;

-- name: grants_next
SELECT MIN(retry_at) AS at FROM reward_grant WHERE retry_at IS NOT NULL;

-- name: grants_unfinished
SELECT * FROM reward_grant
WHERE how = 'redpacket' AND state IN ('granted', 'paying') AND id > :after ORDER BY id LIMIT :n;

-- name: grants_page
-- Grants of an activity, a reward, a state; empty: of all.
SELECT * FROM reward_grant
WHERE (:activity = '' OR activity = :activity) AND (:reward = '' OR reward = :reward)
  AND (:state = '' OR state = :state) AND (:member = '' OR member = :member)
  AND (CAST(:at AS BIGINT) IS NULL OR at < :at OR (at = :at AND id < :id))
ORDER BY at DESC, id DESC LIMIT :n;

-- name: grants_waiting
-- What waits for somebody, the longest first.
SELECT * FROM reward_grant WHERE state = :state ORDER BY at, id LIMIT :n;

-- name: grants_counted
SELECT activity, reward, title, how, state, COUNT(*) AS n, SUM(cents) AS cents,
       SUM(COALESCE(loss, 0)) AS loss, COUNT(loss) AS lost
FROM reward_grant GROUP BY activity, reward, title, how, state ORDER BY activity, reward;

-- name: grants_waiting_by_state
SELECT state, COUNT(*) AS n FROM reward_grant WHERE state IN (:states…) GROUP BY state;

-- name: grants_states
SELECT state, COUNT(*) AS n FROM reward_grant GROUP BY state;

-- name: grants_events
-- Grants whose event is missing, and events whose grant is: none, unless somebody meddled.
SELECT id FROM reward_grant g WHERE g.state IN ('granted', 'paying', 'unsure', 'sent', 'settled')
  AND NOT EXISTS (SELECT 1 FROM event e WHERE e.dedupe = g.event);

-- name: coupon_take
UPDATE coupon SET holder = :holder
WHERE id = (SELECT id FROM coupon WHERE pool = :pool AND holder = '' ORDER BY id LIMIT 1
            /*skip locked*/)
RETURNING code;

-- name: coupon_free_of
UPDATE coupon SET holder = '' WHERE holder = :holder;

-- name: coupons_held
SELECT holder, code FROM coupon WHERE holder IN (:grants…);

-- name: coupon_add
INSERT INTO coupon (pool, code, holder, added_at) VALUES (:pool, :code, '', :now)
ON CONFLICT (code) DO NOTHING;

-- name: coupons_count
SELECT pool, COUNT(*) AS n, SUM(CASE WHEN holder = '' THEN 1 ELSE 0 END) AS free FROM coupon
GROUP BY pool ORDER BY pool;

-- name: coupons_drop
DELETE FROM coupon WHERE pool = :pool AND holder = '';

-- name: entries_named
SELECT * FROM entry WHERE event IN (:events…);

-- name: winners_named
SELECT * FROM winner WHERE event IN (:events…);

-- name: checkin_days
-- His days of check-ins that count. runs: ID@ of the activity.
SELECT DISTINCT which AS day FROM entry
WHERE member = :member AND kind = 'checked' AND state = 'counted'
  AND substr(run, 1, length(CAST(:runs AS TEXT))) = :runs;

-- name: edges_named
SELECT member, inviter, at, event FROM invite_edge WHERE event IN (:events…);

-- name: edges_brought
-- When those came whom somebody brought, within a time.
SELECT at FROM invite_edge WHERE inviter = :inviter AND at >= :since AND at < :until;

-- name: claims_within
-- Who named whose code within a time, whatever became of it.
SELECT member, inviter, verdict FROM invite_claim
WHERE inviter <> '' AND at >= :since AND at < :until
  AND verdict NOT IN ('unknown', 'expired', 'waiting');

-- name: order_of
-- An order of his that brought something in.
SELECT id FROM purchase WHERE member = :member AND at >= :since AND paid_cents > refunded_cents
  AND state NOT IN ('cancelled', 'refunded') ORDER BY at, id LIMIT 1;

-- name: orders_within
-- When each of these first bought, and kept, something in a span.
SELECT member, MIN(at) AS at FROM purchase WHERE member IN (:members…) AND at >= :since AND at < :until
  AND paid_cents > refunded_cents AND state NOT IN ('cancelled', 'refunded') GROUP BY member;

-- name: orders_kept
SELECT id FROM purchase WHERE id IN (:orders…) AND paid_cents > refunded_cents
  AND state NOT IN ('cancelled', 'refunded');

-- name: grants_bought
SELECT * FROM reward_grant WHERE bought IN (:orders…);

-- name: grants_of_buyers
-- What whoever made one of these orders won.
SELECT g.* FROM purchase p JOIN reward_grant g ON g.member = p.member
WHERE p.id IN (:orders…) AND g.source = 'winner' AND g.state IN ('held', 'granted', 'sent');

-- name: grants_of_groups
-- What was won by those in whose group he stands.
SELECT g.* FROM purchase p JOIN helping h ON h.helper = p.member
JOIN reward_grant g ON g.member = h.member AND g.run = h.run
WHERE p.id IN (:orders…) AND g.source = 'winner' AND g.state IN ('held', 'granted', 'sent');
