-- name: activity_terms_add
INSERT INTO activity_terms (activity, version, source) VALUES (:activity, :version, :source)
ON CONFLICT (activity, version) DO NOTHING;

-- name: activity_terms_get
SELECT source FROM activity_terms WHERE activity = :activity AND version = :version;

-- name: activity_run_add
INSERT INTO activity_run (id, activity, version, key, circle, zone, state, announce_at, join_at,
                          submit_at, close_at, award_at, remind_at, salt, seed)
VALUES (:id, :activity, :version, :key, :circle, :zone, :state, :announce_at, :join_at, :submit_at,
        :close_at, :award_at, :remind_at, :salt, :seed)
ON CONFLICT (id) DO NOTHING;

-- name: activity_run_get
SELECT * FROM activity_run WHERE id = :id;

-- name: activity_runs_get
SELECT * FROM activity_run WHERE id IN (:ids…);

-- name: activity_run_hold
SELECT * FROM activity_run WHERE id = :id /*lock*/;

-- name: activity_runs_of
SELECT * FROM activity_run WHERE activity = :activity ORDER BY announce_at DESC LIMIT :n;

-- name: activity_runs_latest
SELECT * FROM activity_run ORDER BY announce_at DESC, id LIMIT :n;

-- name: activity_run_on
-- The run of an activity in which one may take part, or that was announced last.
SELECT * FROM activity_run WHERE activity = :activity AND announce_at <= :now
ORDER BY CASE WHEN close_at > :now THEN 0 ELSE 1 END, announce_at DESC LIMIT 1;

-- name: activity_run_move
UPDATE activity_run SET state = :state, note = :note,
    closed_at = COALESCE(CAST(:closed_at AS BIGINT), closed_at),
    judged_at = COALESCE(CAST(:judged_at AS BIGINT), judged_at)
WHERE id = :id AND state = :before;

-- name: activity_run_proof
UPDATE activity_run SET proof = :proof WHERE id = :id;

-- name: activity_place_take
-- One more takes part, if there is a place.
UPDATE activity_run SET taken = taken + 1 WHERE id = :id AND taken < :places;

-- name: entries_of
SELECT * FROM entry WHERE run IN (:runs…) AND member IN (:members…) ORDER BY at, event;

-- name: entries_in
SELECT * FROM entry WHERE run = :run ORDER BY at, event;

-- name: entries_out
-- Whose entries of a run do not count, and why.
SELECT member, state FROM entry WHERE run = :run AND state <> 'counted' ORDER BY at, event;

-- name: entry_get
SELECT * FROM entry WHERE event = :event;

-- name: entry_called
-- Entries of a run by how their ticket begins.
SELECT * FROM entry WHERE run = :run AND substr(ticket, 1, length(CAST(:start AS TEXT))) = :start LIMIT 2;

-- name: entries_count
SELECT kind, state, COUNT(*) AS n FROM entry WHERE run = :run GROUP BY kind, state;

-- name: entries_waiting
SELECT COUNT(*) AS n FROM entry WHERE run = :run AND state = 'waiting';

-- name: entry_drop
DELETE FROM entry WHERE event = :event;

-- name: entries_drop
DELETE FROM entry WHERE member IN (:members…);

-- name: entry_put
INSERT INTO entry (event, run, member, kind, at, day, which, state, score, ticket)
VALUES (:event, :run, :member, :kind, :at, :day, :which, :state, :score, :ticket)
ON CONFLICT (event) DO UPDATE SET member = :member, state = :state, score = :score,
    ticket = :ticket;

-- name: entries_clear
DELETE FROM entry;

-- name: ballots_of
SELECT * FROM ballot WHERE run IN (:runs…) AND member IN (:members…) ORDER BY at, event;

-- name: ballots_in
SELECT * FROM ballot WHERE run = :run AND state = 'counted' ORDER BY at, event;

-- name: ballot_drop
DELETE FROM ballot WHERE event = :event;

-- name: ballots_drop
DELETE FROM ballot WHERE member IN (:members…);

-- name: ballot_put
INSERT INTO ballot (event, run, member, at, which, state)
VALUES (:event, :run, :member, :at, :which, :state)
ON CONFLICT (event) DO UPDATE SET member = :member, state = :state;

-- name: ballots_clear
DELETE FROM ballot;

-- name: helpings_of
SELECT * FROM helping WHERE run IN (:runs…) AND member IN (:members…) ORDER BY at, event;

-- name: helpings_in
SELECT * FROM helping WHERE run = :run ORDER BY at, event;

-- name: helpings_by
SELECT member FROM helping WHERE helper IN (:members…);

-- name: helping_drop
DELETE FROM helping WHERE event = :event;

-- name: helpings_drop
DELETE FROM helping WHERE member IN (:members…);

-- name: helping_put
INSERT INTO helping (event, run, member, helper, at, state)
VALUES (:event, :run, :member, :helper, :at, :state)
ON CONFLICT (event) DO UPDATE SET member = :member, helper = :helper, state = :state;

-- name: helpings_clear
DELETE FROM helping;

-- name: streaks_drop
DELETE FROM streak WHERE member IN (:members…);

-- name: streak_put
INSERT INTO streak (member, activity, days, streak, best, last_day)
VALUES (:member, :activity, :days, :streak, :best, :last_day)
ON CONFLICT (member, activity) DO UPDATE
SET days = :days, streak = :streak, best = :best, last_day = :last_day;

-- name: streak_drop
DELETE FROM streak WHERE member = :member AND activity = :activity;

-- name: streak_of
SELECT * FROM streak WHERE member = :member AND activity = :activity;

-- name: streaks_clear
DELETE FROM streak;

-- name: winners_drop
DELETE FROM winner WHERE member IN (:members…);

-- name: winner_put
INSERT INTO winner (event, run, rank_of, place, member, at, cause, why)
VALUES (:event, :run, :rank_of, :place, :member, :at, :cause, :why);

-- name: winners_in
SELECT * FROM winner WHERE run = :run ORDER BY rank_of DESC, place, event;

-- name: winners_clear
DELETE FROM winner;

-- name: activity_edges
-- Who of these came by whose code, within a time.
SELECT member, inviter, at, code, event FROM invite_edge
WHERE member IN (:members…) AND at >= :since AND at < :until;

-- name: activity_refused
-- Claims on inviters that came to nothing, within a time, and why.
SELECT member, inviter, verdict, at FROM invite_claim
WHERE inviter <> '' AND at >= :since AND at < :until
  AND verdict NOT IN ('taken', 'replaced', 'waiting') ORDER BY at, event;
