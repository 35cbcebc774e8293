-- name: order_events
SELECT * FROM event
WHERE place /*few*/ IN (:orders…) AND kind IN ('ordered', 'refunded', 'called_off');

-- name: orders_of_members
-- Orders that these ids bought, or that name them as users.
SELECT DISTINCT place FROM event
WHERE member IN (:members…) AND COALESCE(kind, '') IN ('ordered', 'refunded', 'called_off')
UNION
SELECT DISTINCT place FROM event
WHERE other IN (:others…) AND other <> '' AND COALESCE(kind, '') IN ('ordered', 'refunded', 'called_off')
UNION
SELECT id AS place FROM purchase WHERE member IN (:buyers…)
UNION
SELECT id AS place FROM purchase WHERE beneficiary IN (:users…) AND beneficiary <> '';

-- name: purchases_get
SELECT * FROM purchase WHERE id IN (:ids…);

-- name: purchases_drop
DELETE FROM purchase WHERE id IN (:ids…);

-- name: purchase_put
INSERT INTO purchase (id, member, beneficiary, at, category, amount_cents, paid_cents, refunded_cents,
                      state, tracking, code, source, said_at)
VALUES (:id, :member, :beneficiary, :at, :category, :amount_cents, :paid_cents, :refunded_cents,
        :state, :tracking, :code, :source, :said_at);

-- name: worth_drop
DELETE FROM worth WHERE member IN (:members…);

-- name: worth_put
INSERT INTO worth (member, orders, paid_cents, refunded_cents, net_cents, first_at, last_at)
SELECT member, SUM(CASE WHEN state IN ('refunded', 'cancelled') THEN 0 ELSE 1 END),
       SUM(paid_cents), SUM(refunded_cents), SUM(paid_cents - refunded_cents),
       MIN(CASE WHEN state IN ('refunded', 'cancelled') THEN NULL ELSE at END),
       MAX(CASE WHEN state IN ('refunded', 'cancelled') THEN NULL ELSE at END)
FROM purchase WHERE member IN (:members…) GROUP BY member;

-- name: buys_for_drop
DELETE FROM buys_for WHERE member IN (:members…);

-- name: buys_for_part
DELETE FROM buys_for WHERE member = :member;

-- name: buys_for_put
INSERT INTO buys_for (member, beneficiary, how, category, since)
VALUES (:member, :beneficiary, :how, :category, :since);

-- name: buys_for_of
SELECT * FROM buys_for WHERE member = :member ORDER BY since, beneficiary, how, category;

-- name: buys_for_by
SELECT * FROM buys_for WHERE beneficiary = :member ORDER BY since, member, how, category;

-- name: purchases_clear
DELETE FROM purchase;

-- name: worths_clear
DELETE FROM worth;

-- name: buys_for_clear
DELETE FROM buys_for;

-- name: purchases_of
-- A page of what one person bought, the latest first.
SELECT * FROM purchase
WHERE member = :member AND (at < :at OR (at = :at AND id < :id))
ORDER BY at DESC, id DESC LIMIT :n;

-- name: purchases_latest
SELECT member, id, at, category, state, tracking FROM purchase
WHERE member IN (:members…) ORDER BY at DESC, id DESC;

-- name: purchases_used
-- What others bought for him, the latest first.
SELECT * FROM purchase
WHERE beneficiary = :member AND beneficiary <> '' ORDER BY at DESC, id DESC LIMIT :n;

-- name: purchase_earlier
SELECT id FROM purchase
WHERE member = :member AND at < :at AND state NOT IN ('refunded', 'cancelled') LIMIT 1;

-- name: worth_of
SELECT * FROM worth WHERE member IN (:members…);

-- name: costs_of
-- What it cost to win each person, over all ids of his.
SELECT COALESCE(person, id) AS member, SUM(acquisition_cost) AS cost FROM member
WHERE (id IN (:members…) OR person IN (:people…)) AND acquisition_cost IS NOT NULL
GROUP BY COALESCE(person, id);

-- name: lives_came
-- Over all ids of each person: his first friendship, his first record, what it cost to win him.
SELECT COALESCE(m.person, m.id) AS member, MIN(m.created_at) AS made,
       SUM(m.acquisition_cost) AS cost,
       MIN((SELECT MIN(f.since) FROM friend f WHERE f.member = m.id)) AS befriended
FROM member m WHERE m.id IN (:members…) OR m.person IN (:people…)
GROUP BY COALESCE(m.person, m.id);

-- name: lives_orders
SELECT member, at, paid_cents, refunded_cents, state FROM purchase
WHERE member IN (:members…) ORDER BY member, at, id;

-- name: purchases_page
-- All orders in the order of their ids, a page behind one.
SELECT * FROM purchase WHERE id > :after ORDER BY id LIMIT :n;
