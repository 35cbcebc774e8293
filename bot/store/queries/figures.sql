-- name: figure_event_add
-- Whoever waits for a person already is not handed over a second time.
INSERT INTO figure_event (at, conversation, channel, account, persona, what, code)
SELECT :at, id, channel, account, CASE WHEN :persona = '' THEN persona ELSE :persona END, :what,
       :code
FROM conversation WHERE id = :conversation AND (:first = 0 OR waiting_since IS NULL);

-- name: figure_heard
SELECT i.conversation, i.received_at AS at, c.channel, c.account, c.persona
FROM inbox i JOIN conversation c ON c.id = i.conversation
WHERE i.kind <> 'event' AND i.received_at >= :begins AND i.received_at < :ends;

-- name: figure_said
-- What did not leave, waits for a tap or is a draft was not said.
SELECT r.conversation, r.at, r.kind, r.operator, r.persona, r.channel, r.account FROM replies r
WHERE r.at >= :begins AND r.at < :ends AND r.conversation <> ''
  AND r.status NOT IN ('failed', 'expired', 'cancelled', 'waiting_tap')
  AND (r.status <> 'queued'
       OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = r.outbox AND o.state = 'draft'));

-- name: figure_heard_before
-- The last lines of some conversations before a moment, by the index of the thread.
SELECT i.conversation, i.received_at AS at
FROM conversation c JOIN inbox i ON i.conversation = c.id AND i.id >= COALESCE(
    (SELECT MIN(k.id) FROM (SELECT u.id FROM inbox u
                            WHERE u.conversation = c.id AND u.received_at < :begins
                            ORDER BY u.id DESC LIMIT :n) AS k), 0)
WHERE c.id /*few*/ IN (:ids…) AND i.received_at < :begins AND i.kind <> 'event';

-- name: figure_said_before
SELECT r.conversation, r.at, r.operator
FROM conversation c JOIN replies r ON r.conversation = c.id AND r.id >= COALESCE(
    (SELECT MIN(k.id) FROM (SELECT u.id FROM replies u
                            WHERE u.conversation = c.id AND u.at < :begins
                            ORDER BY u.id DESC LIMIT :n) AS k), 0)
WHERE c.id /*few*/ IN (:ids…) AND r.at < :begins AND r.kind IN ('reply', 'staff')
  AND r.status NOT IN ('failed', 'expired', 'cancelled', 'waiting_tap')
  AND (r.status <> 'queued'
       OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = r.outbox AND o.state = 'draft'));

-- name: figure_events
SELECT channel, account, persona, what, code, COUNT(*) AS n FROM figure_event
WHERE at >= :begins AND at < :ends GROUP BY channel, account, persona, what, code;

-- name: figure_ratings
-- What members gave, by quarters of an hour of the question.
SELECT r.asked_at / 900000 * 900000 AS begins, r.persona, COALESCE(c.channel, '') AS channel,
       r.account, r.staff AS person, COUNT(*) AS n, SUM(r.score) AS score
FROM rating r LEFT JOIN conversation c ON c.id = r.conversation
WHERE r.asked_at >= :since AND r.asked_at < :until AND r.score IS NOT NULL
GROUP BY r.asked_at / 900000 * 900000, r.persona, COALESCE(c.channel, ''), r.account, r.staff;

-- name: figure_oldest
SELECT (SELECT MIN(received_at) FROM inbox WHERE kind <> 'event') AS heard,
       (SELECT MIN(at) FROM replies) AS said;

-- name: figure_pieces
SELECT begins, ends, stale FROM figure_piece WHERE begins >= :since AND begins < :until
ORDER BY begins;

-- name: figure_totals
SELECT persona, channel, account, person, name, code, SUM(n) AS n FROM figure_sum
WHERE begins >= :since AND begins < :until
GROUP BY persona, channel, account, person, name, code;

-- name: figure_daily
-- The same by time, of all or of one persona, account or person.
SELECT begins, name, CASE WHEN person IN ('', 'bot', 'model') THEN person ELSE 'staff' END AS side,
       CASE WHEN name = 'first' THEN code ELSE '' END AS code, SUM(n) AS n
FROM figure_sum
WHERE begins >= :since AND begins < :until AND (:persona = '' OR persona = :persona)
  AND (:channel = '' OR channel = :channel) AND (:account = '' OR account = :account)
  AND (:person = '' OR person = :person)
GROUP BY begins, name, CASE WHEN person IN ('', 'bot', 'model') THEN person ELSE 'staff' END,
         CASE WHEN name = 'first' THEN code ELSE '' END;

-- name: figure_personas
SELECT DISTINCT name AS persona FROM version WHERE kind = 'persona' ORDER BY name;

-- name: figure_piece_stale
SELECT COALESCE(SUM(stale), 0) AS n FROM figure_piece WHERE begins >= :begins AND begins < :ends;

-- name: figure_piece_drop
DELETE FROM figure_piece WHERE begins >= :begins AND begins < :ends;

-- name: figure_sum_drop
DELETE FROM figure_sum WHERE begins >= :begins AND begins < :ends;

-- name: figure_piece_put
INSERT INTO figure_piece (begins, ends, stale) VALUES (:begins, :ends, :stale);

-- name: figure_sum_put
INSERT INTO figure_sum (begins, persona, channel, account, person, name, code, n)
VALUES /*rows*/ (:begins, :persona, :channel, :account, :person, :name, :code, :n);

-- name: figure_mark_get
SELECT before, latest, at FROM figure_mark WHERE name = :name /*lock*/;

-- name: figure_mark_put
INSERT INTO figure_mark (name, before, latest, at) VALUES (:name, :before, :latest, :at)
ON CONFLICT (name) DO UPDATE SET before = excluded.before, latest = excluded.latest,
                                 at = excluded.at;

-- name: figure_last_inbox
SELECT COALESCE(MAX(id), 0) AS id FROM inbox;

-- name: figure_last_replies
SELECT COALESCE(MAX(id), 0) AS id FROM replies;

-- name: figure_last_audit
SELECT COALESCE(MAX(id), 0) AS id FROM audit;

-- name: figure_new_inbox
SELECT conversation, received_at AS at FROM inbox
WHERE id > :after AND received_at >= :since AND received_at < :until AND kind <> 'event';

-- name: figure_new_replies
SELECT conversation, at FROM replies WHERE id > :after AND at >= :since AND at < :until;

-- name: figure_new_audit
-- Changes after which something counts that did not, or the other way round.
SELECT subject FROM audit
WHERE id > :after AND subject LIKE 'outbox:%'
  AND (event IN ('never', 'failed', 'expire', 'cancel', 'approve')
       OR (event = 'sent' AND before = 'waiting'));

-- name: figure_at_of
SELECT conversation, at FROM replies WHERE outbox IN (:ids…) AND at >= :since AND at < :until;

-- name: figure_next_answer
SELECT MIN(at) AS at FROM replies
WHERE conversation = :conversation AND at > :at AND kind IN ('reply', 'staff');

-- name: figure_stain
-- The pieces with a moment, and those that begin from then on until :until.
UPDATE figure_piece SET stale = stale + 1
WHERE (begins <= :at AND ends > :at) OR (begins > :at AND begins < :until);
