-- name: member_promo
UPDATE member SET promo_ok = :promo_ok, promo_less = :promo_less WHERE id = :id;

-- name: member_consent
SELECT promo_ok, promo_less FROM member WHERE id = :id;

-- name: promo_queued
-- Not yet on its way: addressed to the member himself. In the words of the index, which SQLite does
-- not use otherwise.
SELECT * FROM outbox
WHERE member = :member AND kind IN ('promo', 'activity')
  AND state IN ('draft', 'ready', 'waiting') AND state <> 'waiting'
ORDER BY id;

-- name: promo_tasks
-- Tasks for a tap with the member among the receivers: still here, or already on the platform.
SELECT o.* FROM outbox o
WHERE o.member IS NULL AND o.kind IN ('promo', 'activity')
  AND o.state IN ('draft', 'ready', 'waiting')
  AND EXISTS (SELECT 1 FROM replies r WHERE r.outbox = o.id AND r.member = :member)
ORDER BY o.id;

-- name: promo_pooled
SELECT id, kind, origin FROM pooled
WHERE member = :member AND outbox IS NULL AND dropped_at IS NULL AND kind IN ('promo', 'activity')
ORDER BY id;

-- name: pool_drop
UPDATE pooled SET dropped_at = :now, note = :note WHERE id = :id AND outbox IS NULL;

-- name: promo_receivers_out
-- Receivers of one task who do not want promotion (any more), or had enough of it since :since. Of
-- two that leave at the same moment the one that was queued first counts.
SELECT r.peer, m.promo_ok FROM replies r JOIN member m ON m.id = r.member
WHERE r.outbox = :outbox AND r.status <> 'cancelled'
  AND (m.promo_ok = 0 OR (m.promo_less = 1 AND EXISTS (
      SELECT 1 FROM replies e JOIN outbox o ON o.id = e.outbox
      WHERE e.member = m.id AND e.at > :since AND e.outbox <> :outbox
        AND (o.state IN ('sent', 'waiting', 'unsure')
             OR (o.state = 'sending' AND o.id < :outbox))
        AND e.status IN ('sent', 'queued', 'waiting_tap', 'unsure')
        AND (o.kind = 'promo' OR (o.kind = 'activity'
             AND (o.origin LIKE 'flow:%' OR o.origin LIKE 'campaign:%'))))))
ORDER BY r.id;

-- name: receiver_cancel
UPDATE replies SET status = 'cancelled', note = :note
WHERE outbox = :outbox AND peer = :peer AND status NOT IN ('sent', 'failed');
