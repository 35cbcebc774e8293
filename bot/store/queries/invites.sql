-- name: terms_all
SELECT since, data FROM invite_terms ORDER BY since;

-- name: terms_add
INSERT INTO invite_terms (since, data, actor) VALUES (:since, :data, :actor)
ON CONFLICT (since) DO UPDATE SET data = :data, actor = :actor;

-- name: code_add
-- Two who make the code for one purpose at a time make the same letters.
INSERT INTO invite_code (code, owner, persona, circle, campaign, since, until, made_by, made_at)
VALUES (:code, :owner, :persona, :circle, :campaign, :since, :until, :made_by, :made_at)
ON CONFLICT (code) DO NOTHING;

-- name: code_for
SELECT * FROM invite_code
WHERE owner = :owner AND persona = :persona AND circle = :circle AND campaign = :campaign;

-- name: code_any
SELECT code FROM invite_code LIMIT 1;

-- name: codes_known
SELECT * FROM invite_code WHERE code IN (:codes…);

-- name: codes_of
SELECT * FROM invite_code WHERE owner IN (:owners…) ORDER BY made_at, code;

-- name: codes_hold
-- Of two transactions that judge claims on the same codes, the second one sees what the first did.
SELECT code FROM invite_code WHERE code IN (:codes…) OR owner IN (:owners…) ORDER BY code /*lock*/;

-- name: codes_page
SELECT * FROM invite_code WHERE code > :after ORDER BY code LIMIT :n;

-- name: code_end
UPDATE invite_code SET until = :until WHERE code = :code AND (until IS NULL OR until > :until);

-- name: invite_came
-- The first event of each of these ids that makes somebody a member.
SELECT m.id, (SELECT e.at FROM event e WHERE e.member = m.id AND COALESCE(e.kind, '') IN (:kinds…)
              ORDER BY e.at LIMIT 1) AS at
FROM member m WHERE m.id IN (:members…);

-- name: invite_claims
SELECT * FROM invite_claim WHERE member IN (:members…) ORDER BY at, event;

-- name: invite_claiming
SELECT DISTINCT member FROM invite_claim WHERE member IN (:members…);

-- name: invite_owning
-- Those of these persons who have a code, whichever of their ids it was made for.
SELECT m.person AS member FROM member m JOIN invite_code c ON c.owner = m.id
WHERE m.person IN (:persons…)
UNION
SELECT owner AS member FROM invite_code WHERE owner IN (:persons…);

-- name: invite_named
-- Who named codes of these ids, whoever the owner is by now.
SELECT DISTINCT member FROM invite_claim
WHERE code IN (SELECT code FROM invite_code WHERE owner IN (:owners…));

-- name: invite_crowd
-- How many others named somebody's codes shortly before, other than with an order; counted no
-- further than it matters.
SELECT COUNT(*) AS n FROM (
    SELECT DISTINCT member FROM invite_claim
    WHERE inviter = :inviter AND inviter <> '' AND at > :since AND at <= :at AND member <> :member
      AND (at < :at OR event < :event) AND via <> 'ordered' LIMIT :most) AS w;

-- name: invite_after
-- Whose claims come within so long behind one.
SELECT DISTINCT member FROM invite_claim
WHERE inviter = :inviter AND inviter <> '' AND at >= :at AND at <= :until;

-- name: invite_claims_drop
DELETE FROM invite_claim WHERE member IN (:members…);

-- name: invite_claim_add
INSERT INTO invite_claim (event, member, at, via, code, inviter)
VALUES (:event, :member, :at, :via, :code, :inviter);

-- name: invite_verdict
UPDATE invite_claim SET verdict = :verdict WHERE event = :event;

-- name: invite_edges_drop
DELETE FROM invite_edge WHERE member IN (:members…);

-- name: invite_edge_add
INSERT INTO invite_edge (member, inviter, at, code, event)
VALUES (:member, :inviter, :at, :code, :event);

-- name: invite_claims_clear
DELETE FROM invite_claim;

-- name: invite_edges_clear
DELETE FROM invite_edge;
