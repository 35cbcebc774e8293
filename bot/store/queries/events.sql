-- name: event_add
INSERT INTO event (at, seen_at, kind, member, channel, account, persona, version, place, other, which,
                   amount, data, dedupe)
VALUES /*rows*/ (:at, :seen_at, :kind, :member, :channel, :account, :persona, :version, :place,
        :other, :which, :amount, :data, :dedupe)
ON CONFLICT (dedupe) DO NOTHING;

-- name: event_said
-- What a member wrote, out of the inbox: its words stay there.
INSERT INTO event (at, seen_at, kind, member, channel, account, persona, version, which, dedupe)
SELECT sent_at, :now, 'inbound', :member, channel, account, :persona, :version, kind,
       'in/' || CAST(id AS TEXT)
FROM inbox WHERE id IN (:ids…) AND kind <> 'event'
ON CONFLICT (dedupe) DO NOTHING;

-- name: event_reached
-- What reached members, out of the reply log. Tasks for a tap have many receivers.
INSERT INTO event (at, seen_at, kind, member, channel, account, persona, version, place, which,
                   dedupe)
SELECT COALESCE(sent_at, at), :now, 'outbound', member, channel, account, persona, persona_version,
       content, kind, 'out/' || CAST(id AS TEXT)
FROM replies
WHERE outbox IN (:outboxes…) AND status = 'sent' AND member <> ''
  AND channel IN ('kf', 'contact', 'oa', 'moment')
ON CONFLICT (dedupe) DO NOTHING;

-- name: event_newest
SELECT MAX(id) AS id FROM event;

-- name: events_of
-- Of these members, of these kinds, in no order. COALESCE keeps SQLite from going by the kind, which
-- reads all events of these kinds there are.
SELECT * FROM event WHERE member IN (:members…) AND COALESCE(kind, '') IN (:kinds…);

-- name: events_with
-- The other side of an event: who invited, for whom it was bought.
SELECT * FROM event
WHERE other IN (:members…) AND other <> '' AND COALESCE(kind, '') IN (:kinds…);

-- name: events_named
SELECT * FROM event WHERE dedupe IN (:dedupes…);

-- name: events_page
SELECT * FROM event WHERE id > :after ORDER BY id LIMIT :n;

-- name: events_timeline
-- One person's, newest first, before a moment and an id.
SELECT * FROM event
WHERE member IN (:members…) AND at >= :since AND (at < :at OR (at = :at AND id < :id))
  AND kind IN (:kinds…) AND (CAST(:account AS TEXT) IS NULL OR account = :account)
ORDER BY at DESC, id DESC LIMIT :n;

-- name: events_accounts
SELECT account, MAX(channel) AS channel FROM event
WHERE member IN (:members…) AND account <> '' GROUP BY account ORDER BY account;

-- name: inbox_texts
SELECT id, text, note FROM inbox WHERE id IN (:ids…);

-- name: reply_texts
SELECT id, text, note FROM replies WHERE id IN (:ids…);

-- name: event_members
-- Whoever has events, a page after another; the events of nobody are not among them.
SELECT DISTINCT member FROM event WHERE member > :after ORDER BY member LIMIT :n;

-- name: event_members_count
SELECT COUNT(DISTINCT member) AS n FROM event WHERE member <> '';

-- name: persons_hold
SELECT id FROM member WHERE id IN (:ids…) ORDER BY id /*lock*/;
