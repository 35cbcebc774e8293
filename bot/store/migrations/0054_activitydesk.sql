-- What the pages of activities ask for, and what was said on air to questions of a wall.

-- A question that somebody answered in a live session, or that needs no answer any more; words: what
-- was said, as far as somebody noted it. Whoever was answered in writing stands in the reply log.
CREATE TABLE wall_answer (
    event TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX wall_answer_member ON wall_answer (member);

CREATE INDEX entry_waiting ON entry (run) WHERE state = 'waiting';
CREATE INDEX entry_state ON entry (run, state, at);
CREATE INDEX activity_run_goes ON activity_run (state, announce_at)
    WHERE state IN ('announced', 'open', 'closed', 'judged');
CREATE INDEX streak_alive ON streak (activity, last_day, streak);
CREATE INDEX standing_level ON standing (circle, level) WHERE level <> '';
CREATE INDEX badge_count ON badge (circle, badge) WHERE until IS NULL;
CREATE INDEX entitlement_latest ON entitlement (circle, at);
CREATE INDEX point_latest ON point (member, circle, at);
CREATE INDEX event_verdict ON event (place) WHERE kind IN ('judged', 'struck');
