-- name: reply_add
INSERT INTO replies (at, persona, persona_version, account, channel, member, conversation, kind,
                     origin, content, content_version, operator, text, status, outbox, peer)
VALUES /*rows*/ (:at, :persona, :persona_version, :account, :channel, :member, :conversation,
        :kind, :origin, :content, :content_version, :operator, :text, :status, :outbox, :peer);

-- name: reply_said
INSERT INTO replies (at, persona, persona_version, account, channel, member, conversation, kind,
                     origin, content, content_version, operator, text, status, outbox, peer)
VALUES (:at, :persona, :persona_version, :account, :channel, :member, :conversation, :kind,
        :origin, :content, :content_version, :operator, :text, :status, :outbox, :peer)
RETURNING id;

-- name: reply_status
-- All receivers of an outbox row that are not final yet follow it.
UPDATE replies
SET status = CAST(v.column2 AS TEXT), note = CAST(v.column3 AS TEXT),
    provider_id = COALESCE(CAST(v.column4 AS TEXT), provider_id),
    sent_at = CASE WHEN CAST(v.column2 AS TEXT) IN ('sent', 'unsure') THEN CAST(v.column5 AS BIGINT)
                   ELSE sent_at END
FROM (VALUES /*rows*/ (:outbox, :status, :note, :provider_id, :at)) AS v
WHERE outbox = CAST(v.column1 AS BIGINT) AND status NOT IN ('failed', 'sent', 'cancelled');

-- name: reply_failed
-- The platform took it, then could not deliver it (msg_send_fail).
UPDATE replies SET status = 'failed', note = :note WHERE outbox = :outbox;

-- name: reply_receiver
UPDATE replies SET status = :status, note = :note, operator = :operator,
    sent_at = CASE WHEN CAST(:status AS TEXT) = 'sent' THEN CAST(:at AS BIGINT) ELSE sent_at END
WHERE outbox = :outbox AND peer = :peer AND status <> :status;

-- name: reply_receivers
-- Who was taken off the list before the task was made is no receiver.
SELECT peer, member, status FROM replies WHERE outbox = :outbox AND status <> 'cancelled'
ORDER BY id;

-- name: reply_search
SELECT * FROM replies
WHERE (CAST(:since AS BIGINT) IS NULL OR at >= :since)
  AND (CAST(:persona AS TEXT) IS NULL OR persona = :persona)
  AND (CAST(:member AS TEXT) IS NULL OR member = :member)
  AND (CAST(:text AS TEXT) IS NULL OR LOWER(text) LIKE LOWER(CAST(:text AS TEXT)) ESCAPE '\')
ORDER BY at, id LIMIT :n OFFSET :skip;

-- name: heard_search
-- What machines made of voices and videos, in the shape of a row of the reply log.
SELECT i.id, i.received_at AS at, c.persona AS persona, i.account, i.channel, c.member AS member,
       i.conversation, 'heard' AS kind, i.heard_by AS operator, i.heard AS text
FROM inbox i LEFT JOIN conversation c ON c.id = i.conversation
WHERE i.heard_by <> '' AND i.heard <> ''
  AND (CAST(:since AS BIGINT) IS NULL OR i.received_at >= :since)
  AND (CAST(:persona AS TEXT) IS NULL OR c.persona = :persona)
  AND (CAST(:member AS TEXT) IS NULL OR c.member = :member)
ORDER BY i.received_at, i.id LIMIT :n OFFSET :skip;

-- name: reply_words
-- Found by the outbox's index of provider ids, which kf is not in; the reply log itself has none.
SELECT r.text FROM outbox o JOIN replies r ON r.outbox = o.id
WHERE o.provider_id = :provider_id AND o.channel <> 'kf' AND o.channel = :channel
  AND o.account = :account
ORDER BY r.id LIMIT 1;
