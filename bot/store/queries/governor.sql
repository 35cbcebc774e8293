-- What the governor goes by.

-- name: governed_members
SELECT id, promo_ok, promo_less FROM member WHERE id IN (:members…);

-- name: governed_said
-- In the words of the index. What is on its way may have been decided long before it arrives, so
-- :since leaves room for that.
SELECT r.member, r.persona, r.kind, r.origin, r.channel, r.at, r.sent_at, r.status, r.outbox
FROM replies r
WHERE r.member IN (/*few*/ :members…) AND r.at > :since AND r.kind IN ('promo', 'care', 'activity')
  AND r.status IN ('queued', 'waiting_tap', 'sent', 'unsure');

-- name: refusal_add
INSERT INTO refusal (day, persona, origin, answer, code, n)
VALUES (:day, :persona, :origin, :answer, :code, :n)
ON CONFLICT (day, persona, origin, answer, code) DO UPDATE SET n = refusal.n + excluded.n;

-- name: refusals
SELECT * FROM refusal WHERE day >= :since AND day <= :until
ORDER BY day, persona, origin, answer, code;
