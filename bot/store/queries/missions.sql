-- name: mission_terms_add
INSERT INTO mission_terms (mission, version, source) VALUES (:mission, :version, :source)
ON CONFLICT (mission, version) DO NOTHING;

-- name: mission_terms_get
SELECT source FROM mission_terms WHERE mission = :mission AND version = :version;

-- name: mission_hold
-- Of two who take the last place the second sees what the first did.
SELECT version FROM mission_terms WHERE mission = :mission ORDER BY version /*lock*/;

-- name: mission_held
-- How many places of a mission are taken.
SELECT COUNT(*) AS n FROM mission_take WHERE mission = :mission AND state IN (:states…);

-- name: missions_counts
SELECT mission, state, COUNT(*) AS n FROM mission_take GROUP BY mission, state ORDER BY mission;

-- name: takes_of
SELECT * FROM mission_take WHERE member IN (:members…) ORDER BY taken_at, event;

-- name: take_get
SELECT * FROM mission_take WHERE event = :event;

-- name: takes_in
-- Takes in some states, of one mission or of all, those that wait the longest first.
SELECT t.*, m.name FROM mission_take t LEFT JOIN member m ON m.id = t.member
WHERE t.state IN (:states…) AND (CAST(:mission AS TEXT) IS NULL OR t.mission = :mission)
ORDER BY COALESCE(t.proved_at, t.due_at), t.event LIMIT :n;

-- name: takes_latest
SELECT t.*, m.name FROM mission_take t LEFT JOIN member m ON m.id = t.member
WHERE CAST(:mission AS TEXT) IS NULL OR t.mission = :mission
ORDER BY t.taken_at DESC, t.event LIMIT :n;

-- name: takes_waiting
SELECT COUNT(*) AS n FROM mission_take WHERE state = 'proved';

-- name: take_put
INSERT INTO mission_take (event, member, mission, version, circle, state, taken_at, due_at, proved_at,
                          decided_at, ended_at, last, steps, proof, why, actor)
VALUES (:event, :member, :mission, :version, :circle, :state, :taken_at, :due_at, :proved_at,
        :decided_at, :ended_at, :last, :steps, :proof, :why, :actor);

-- name: takes_drop
DELETE FROM mission_take WHERE member IN (:members…);

-- name: takes_clear
DELETE FROM mission_take;
