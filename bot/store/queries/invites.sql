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

-- name: codes_own
-- Codes in force for good of these persons, by any of their ids: those for anything first.
SELECT c.owner AS member, c.code, CASE WHEN c.persona = '' AND c.circle = '' AND c.campaign = '' THEN 0 ELSE 1 END AS part, c.made_at
FROM invite_code c WHERE c.owner IN (:members…) AND c.until IS NULL
UNION ALL
SELECT m.person, c.code, CASE WHEN c.persona = '' AND c.circle = '' AND c.campaign = '' THEN 0 ELSE 1 END, c.made_at
FROM member m JOIN invite_code c ON c.owner = m.id WHERE m.person IN (:members…) AND c.until IS NULL
ORDER BY 3, 4, 2;

-- name: codes_hold
-- Of two transactions that judge claims on the same codes, the second one sees what the first did.
SELECT code FROM invite_code WHERE code IN (:codes…) OR owner IN (:owners…) ORDER BY code /*lock*/;

-- name: codes_listed
-- A page of the codes of one campaign, or of all.
SELECT * FROM invite_code
WHERE code > :after AND (CAST(:campaign AS TEXT) IS NULL OR campaign = :campaign)
ORDER BY code LIMIT :n;

-- name: codes_figures
-- How often these codes were named and refused, who came by them, and what those bought and kept.
SELECT w.code, SUM(w.named) AS named, SUM(w.refused) AS refused, SUM(w.came) AS came, SUM(w.cents) AS cents
FROM (SELECT code, COUNT(*) AS named, SUM(CASE WHEN verdict IN (:refusals…) THEN 1 ELSE 0 END) AS refused,
             0 AS came, 0 AS cents
      FROM invite_claim WHERE code IN (:codes…) GROUP BY code
      UNION ALL
      SELECT e.code, 0, 0, COUNT(DISTINCT e.member), COALESCE(SUM(q.paid_cents - q.refunded_cents), 0)
      FROM invite_edge e LEFT JOIN purchase q ON q.member = e.member
      WHERE e.code IN (:codes…) GROUP BY e.code) AS w
GROUP BY w.code;

-- name: codes_campaigns
-- The same by campaign, with how many codes it has.
SELECT w.campaign, SUM(w.codes) AS codes, SUM(w.named) AS named, SUM(w.refused) AS refused,
       SUM(w.came) AS came, SUM(w.cents) AS cents
FROM (SELECT campaign, COUNT(*) AS codes, 0 AS named, 0 AS refused, 0 AS came, 0 AS cents
      FROM invite_code WHERE campaign <> '' GROUP BY campaign
      UNION ALL
      SELECT c.campaign, 0, COUNT(*), SUM(CASE WHEN k.verdict IN (:refusals…) THEN 1 ELSE 0 END), 0, 0
      FROM invite_code c JOIN invite_claim k ON k.code = c.code
      WHERE c.campaign <> '' GROUP BY c.campaign
      UNION ALL
      SELECT c.campaign, 0, 0, 0, COUNT(DISTINCT e.member), COALESCE(SUM(q.paid_cents - q.refunded_cents), 0)
      FROM invite_code c JOIN invite_edge e ON e.code = c.code
      LEFT JOIN purchase q ON q.member = e.member
      WHERE c.campaign <> '' GROUP BY c.campaign) AS w
GROUP BY w.campaign ORDER BY w.campaign;

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
