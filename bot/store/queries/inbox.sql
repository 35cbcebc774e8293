-- name: inbox_add
-- A repeat of the same event changes nothing: uniqueness is the idempotence.
INSERT INTO inbox (conversation, dedupe, channel, account, peer, kind, event, text, data,
                   sent_at, received_at)
VALUES /*rows*/ (:conversation, :dedupe, :channel, :account, :peer, :kind, :event, :text, :data,
        :sent_at, :received_at)
ON CONFLICT (dedupe) DO NOTHING;

-- name: inbox_known
SELECT dedupe FROM inbox WHERE dedupe IN (:dedupes…);

-- name: inbox_lose
UPDATE inbox SET state = 'new' WHERE state = 'working' AND conversation IN (:conversations…)
RETURNING id;

-- name: inbox_take
UPDATE inbox SET state = 'working' WHERE state = 'new' AND conversation IN (:conversations…)
RETURNING *;

-- name: inbox_finish
-- By their ids alone: in the index of what is open there lie, in a storm, the dead versions of
-- thousands of rows, and a planner that knows no figures yet would go through them for each turn.
UPDATE inbox SET state = 'done' WHERE COALESCE(state, '') = 'working' AND id IN (:ids…);

-- name: inbox_mood
UPDATE inbox SET mood = :mood WHERE id = :id;

-- name: inbox_give_up
UPDATE inbox SET state = 'dead', note = :note
WHERE state = 'working' AND conversation IN (:conversations…)
RETURNING id, conversation;

-- name: inbox_counts
-- Each part reads an index of its own, so the rows that are done cost nothing.
SELECT state, COUNT(*) AS n FROM inbox WHERE state IN ('new', 'working') GROUP BY state
UNION ALL
SELECT 'dead' AS state, COUNT(*) AS n FROM inbox WHERE state = 'dead' HAVING COUNT(*) > 0;

-- name: inbox_words
SELECT id, text, heard FROM inbox WHERE dedupe = :dedupe;

-- name: inbox_recall
-- The customer took his words back: we keep that something came, not what it was.
UPDATE inbox SET text = '', data = '{}', note = 'recalled by the customer', mood = '', heard = '',
    heard_why = '', hear_at = NULL
WHERE dedupe = :dedupe;

-- name: queue_oldest
-- The callback, the turn and the message that have been due for the longest.
SELECT (SELECT at FROM intake WHERE note = '' ORDER BY id LIMIT 1) AS at,
       (SELECT MIN(turn_at) FROM conversation WHERE turn_at <= :now AND lease IS NULL) AS turn_at,
       (SELECT MIN(retry_at) FROM outbox WHERE state = 'ready' AND retry_at <= :now) AS retry_at;
