-- Orders that count for somebody's code; what staff settled.

-- name: commission_put
INSERT INTO commission (id, inviter, member, code, event, at, category, base_cents, earned_cents,
                        net_cents, due_at)
VALUES (:id, :inviter, :member, :code, :event, :at, :category, :base_cents, :earned_cents,
        :net_cents, :due_at);

-- name: commissions_drop
DELETE FROM commission WHERE id IN (:ids…);

-- name: commissions_clear
DELETE FROM commission;

-- name: commissions_about
-- Orders that count for these, or that they bought.
SELECT id FROM commission WHERE inviter IN (:members…)
UNION
SELECT id FROM commission WHERE member IN (:members…);

-- name: commission_orders
SELECT id FROM purchase WHERE member IN (:members…);

-- name: commission_frozen
SELECT a.commission, a.inviter, a.code, a.event FROM commission_act a
WHERE a.commission IN (:ids…)
  AND a.id = (SELECT MIN(b.id) FROM commission_act b WHERE b.commission = a.commission);

-- name: commission_paid_to
SELECT DISTINCT commission FROM commission_act WHERE inviter IN (:members…);

-- name: commission_get
-- One order, with what staff did about it.
SELECT c.*, COALESCE(SUM(a.cents), 0) AS settled,
       COALESCE(MAX(CASE WHEN a.act = 'void' THEN 1 ELSE 0 END), 0) AS voided
FROM commission c LEFT JOIN commission_act a ON a.commission = c.id
WHERE c.id = :id
GROUP BY c.id, c.inviter, c.member, c.code, c.event, c.at, c.category, c.base_cents,
         c.earned_cents, c.net_cents, c.due_at;

-- name: commissions_of
-- A page of the orders that count for one, the latest first.
SELECT c.*, (SELECT COALESCE(SUM(a.cents), 0) FROM commission_act a WHERE a.commission = c.id) AS settled,
       (SELECT COUNT(*) FROM commission_act a WHERE a.commission = c.id AND a.act = 'void') AS voided
FROM commission c
WHERE c.inviter = :inviter AND (c.at < :at OR (c.at = :at AND c.id < :id))
ORDER BY c.at DESC, c.id DESC LIMIT :n;

-- name: commissions_uneven
-- Orders of these on which something is to be paid or taken back, now or later.
SELECT * FROM (
    SELECT c.*, (SELECT COALESCE(SUM(a.cents), 0) FROM commission_act a WHERE a.commission = c.id) AS settled,
           (SELECT COUNT(*) FROM commission_act a WHERE a.commission = c.id AND a.act = 'void') AS voided
    FROM commission c WHERE c.inviter IN (:inviters…)) AS w
WHERE settled <> CASE WHEN voided > 0 THEN 0 ELSE net_cents END
ORDER BY inviter, at DESC, id DESC;

-- name: commission_batches
SELECT batch, MIN(at) AS at, MIN(actor) AS actor, MIN(reason) AS reason, SUM(cents) AS cents, COUNT(*) AS orders
FROM commission_act WHERE inviter IN (:inviters…) AND act = 'settle'
GROUP BY batch ORDER BY MIN(at) DESC, batch DESC LIMIT :n;

-- name: commission_statement
-- act order: cents of it are what it earns as it stands now.
SELECT c.at, 'order' AS act, c.id AS commission, c.category, c.base_cents,
       CASE WHEN EXISTS (SELECT 1 FROM commission_act v WHERE v.commission = c.id AND v.act = 'void')
            THEN 0 ELSE c.net_cents END AS cents, '' AS batch, '' AS actor, '' AS reason
FROM commission c WHERE c.inviter IN (:inviters…) AND c.at >= :since AND c.at < :until
UNION ALL
SELECT a.at, a.act, a.commission, COALESCE(c.category, ''), COALESCE(c.base_cents, 0), a.cents, a.batch, a.actor, a.reason
FROM commission_act a LEFT JOIN commission c ON c.id = a.commission
WHERE a.inviter IN (:inviters…) AND a.at >= :since AND a.at < :until
ORDER BY 1, 3, 2;

-- name: commission_hold
-- One settlement of a KOC at a time.
SELECT id FROM member WHERE id = :inviter /*lock*/;

-- name: commission_act_add
INSERT INTO commission_act (commission, act, inviter, code, event, cents, batch, at, actor, reason)
VALUES (:commission, :act, :inviter, :code, :event, :cents, :batch, :at, :actor, :reason);

-- name: koc_events
-- Everybody who ever held the role.
SELECT DISTINCT member FROM event WHERE kind = 'role' AND which = :role;

-- name: commission_inviters
SELECT DISTINCT inviter FROM commission WHERE inviter > :after ORDER BY inviter LIMIT :n;

-- name: invited_by
SELECT inviter, COUNT(*) AS n FROM invite_edge WHERE inviter IN (:members…) GROUP BY inviter;
