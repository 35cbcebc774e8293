-- name: leases_all
SELECT name, holder, beat FROM lease ORDER BY name;

-- name: lease_look
SELECT holder, beat FROM lease WHERE name = :name;

-- name: lease_renew
UPDATE lease SET beat = beat + 1 WHERE holder = :holder;

-- name: lease_take
INSERT INTO lease (name, holder, beat) VALUES (:name, :holder, 1) ON CONFLICT (name) DO NOTHING;

-- name: lease_take_over
-- Only what stood still for the taker. It never waits: whoever uses the lease at this moment lives.
UPDATE lease SET holder = :holder, beat = beat + 1
WHERE name = (SELECT l.name FROM lease l
              WHERE l.name = :name AND l.holder = :seen_holder AND l.beat = :seen_beat
              /*skip locked*/);

-- name: lease_end
-- The lease of a process that stood still; whoever deletes it settles the rest.
DELETE FROM lease
WHERE name = (SELECT l.name FROM lease l
              WHERE l.name = :name AND l.holder = :seen_holder AND l.beat = :seen_beat
              /*skip locked*/);

-- name: lease_held
-- Nobody takes it over before this transaction ends; the holder may go on renewing it.
SELECT 1 AS held FROM lease WHERE name = :name AND holder = :holder /*share*/;

-- name: lease_release
DELETE FROM lease WHERE holder = :holder AND name IN (:names…);

-- name: lease_release_all
DELETE FROM lease WHERE holder = :holder;

-- name: token_find
SELECT sealed, until FROM token WHERE id = :id;

-- name: token_keep
INSERT INTO token (id, sealed, until) VALUES (:id, :sealed, :until)
ON CONFLICT (id) DO UPDATE SET sealed = :sealed, until = :until;

-- name: token_old
DELETE FROM token WHERE until < :before;
