-- Flows: which step of which run a plan is, who is held out, how a run ended, and what happened to
-- members that flows wait for.

ALTER TABLE due ADD COLUMN run BIGINT;
ALTER TABLE due ADD COLUMN step TEXT NOT NULL DEFAULT '';
-- flow/12/day1 is the step day1 of the run 12
UPDATE due SET
    run = CAST(substr(key, 6, length(key) - 5 - length(ltrim(substr(key, 6), '0123456789')))
               AS BIGINT),
    step = substr(ltrim(substr(key, 6), '0123456789'), 2)
WHERE kind = 'flow' AND substr(key, 1, 5) = 'flow/'
  AND ltrim(substr(key, 6), '0123456789') <> substr(key, 6);
CREATE INDEX due_run ON due (run, id) WHERE run IS NOT NULL;

-- zone: whose days its steps mean. cause: what began it. goal_at: when its goal was seen, also of
-- those who are held out.
ALTER TABLE flow_run ADD COLUMN zone TEXT NOT NULL DEFAULT '';
ALTER TABLE flow_run ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE flow_run ADD COLUMN ended_at BIGINT;
ALTER TABLE flow_run ADD COLUMN goal_at BIGINT;
CREATE INDEX flow_run_flow ON flow_run (flow, state, id);

-- What happened to a member: an order was paid, a complaint closed. `key` tells it from others of
-- its kind, so it is told once; `which` is the tag, the group or the level.
CREATE TABLE happening (
    event TEXT NOT NULL,
    key TEXT NOT NULL,
    member TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    which TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    PRIMARY KEY (event, key)
);
CREATE INDEX happening_member ON happening (member, event, at);

-- A pool is looked at when it is ripe, and no more at every tick.
INSERT INTO due (key, kind, at, data)
SELECT 'pool/' || digest || '/' || account || '/0', 'pool', MIN(due_at),
       '{"account": "' || account || '", "digest": "' || digest || '"}'
FROM pooled WHERE outbox IS NULL AND dropped_at IS NULL
GROUP BY account, digest;
