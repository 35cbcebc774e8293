-- name: pace_slots
SELECT slot, next_at FROM pace WHERE key = :key ORDER BY slot;

-- name: pace_take
-- Fenced by the time it was free at: of two processes that want the same slot one gets it.
INSERT INTO pace (key, slot, next_at) VALUES (:key, :slot, :next_at)
ON CONFLICT (key, slot) DO UPDATE SET next_at = :next_at WHERE pace.next_at = :before;

-- name: allowance_open
INSERT INTO allowance (conversation, opened_by, until, remaining)
VALUES (:conversation, :opened_by, :until, :remaining)
ON CONFLICT (conversation, opened_by) DO UPDATE SET until = :until, remaining = :remaining
WHERE allowance.until < :until;

-- name: allowance_spend
-- From the window that closes first, so that the longer one lasts.
UPDATE allowance SET remaining = remaining - 1
WHERE remaining > 0 AND conversation = :conversation
  AND opened_by = (SELECT a.opened_by FROM allowance a
                   WHERE a.conversation = :conversation AND a.remaining > 0 AND a.until > :now
                   ORDER BY a.until, a.opened_by LIMIT 1 /*lock*/);

-- name: card_code_add
INSERT INTO card_code (code, app, task_id, until) VALUES (:code, :app, :task_id, :until)
ON CONFLICT (code) DO NOTHING;

-- name: card_code_forget
DELETE FROM card_code WHERE until <= :before;

-- name: card_code_take
-- The latest code of a card that was not used; using it is for good.
UPDATE card_code SET used_at = :now
WHERE used_at IS NULL
  AND code = (SELECT c.code FROM card_code c
              WHERE c.app = :app AND c.task_id = :task_id AND c.used_at IS NULL AND c.until > :now
              ORDER BY c.until DESC, c.code LIMIT 1 /*lock*/)
RETURNING code;

-- name: archive_consent_put
INSERT INTO archive_consent (member, agreed, at) VALUES (:member, :agreed, :at)
ON CONFLICT (member) DO UPDATE SET agreed = :agreed, at = :at WHERE archive_consent.at <= :at;

-- name: archive_consent_get
SELECT agreed FROM archive_consent WHERE member = :member;

-- name: allowance_close
-- Who has left cannot be written to.
UPDATE allowance SET remaining = 0 WHERE conversation = :conversation;
