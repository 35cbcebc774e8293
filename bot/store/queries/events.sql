-- name: event_add
INSERT INTO event (at, seen_at, kind, member, channel, account, persona, version, place, other, which,
                   amount, data, dedupe)
VALUES /*rows*/ (:at, :seen_at, :kind, :member, :channel, :account, :persona, :version, :place,
        :other, :which, :amount, :data, :dedupe)
ON CONFLICT (dedupe) DO NOTHING;

-- name: events_of
-- Of these members, of these kinds, in no order.
SELECT * FROM event WHERE member IN (:members…) AND kind IN (:kinds…);

-- name: events_with
-- The other side of an event: who invited, for whom it was bought.
SELECT * FROM event WHERE other IN (:members…) AND kind IN (:kinds…);

-- name: events_page
SELECT * FROM event WHERE id > :after ORDER BY id LIMIT :n;

-- name: events_timeline
-- One person's, newest first, before a moment and an id.
SELECT * FROM event
WHERE member IN (:members…) AND (at < :at OR (at = :at AND id < :id))
ORDER BY at DESC, id DESC LIMIT :n;
