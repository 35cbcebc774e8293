-- name: shop_put
INSERT INTO of_store (kind, id, store, at, actor, note) VALUES (:kind, :id, :store, :now, :actor, :note)
ON CONFLICT (kind, id) DO UPDATE SET
    store = excluded.store, at = excluded.at, actor = excluded.actor, note = excluded.note;

-- name: shop_drop
DELETE FROM of_store WHERE kind = :kind AND id = :id;

-- name: shop_of
SELECT store FROM of_store WHERE kind = :kind AND id = :id;

-- name: shop_accounts
SELECT id FROM of_store WHERE kind = 'account' AND store = :store ORDER BY id;

-- name: shops
SELECT store, SUM(CASE WHEN kind = 'account' THEN 1 ELSE 0 END) AS accounts,
       SUM(CASE WHEN kind = 'member' THEN 1 ELSE 0 END) AS members
FROM of_store GROUP BY store ORDER BY store;

-- name: shop_talks
SELECT id FROM conversation WHERE member IN (:members…) ORDER BY id;
