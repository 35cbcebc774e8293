-- Invitations: codes and terms are made here; claims, edges, attributions and commissions are derived
-- from the event log (store/invites.py, store/commission.py).

-- What holds for invitations and commissions since a moment; data: JSON. Never changed.
CREATE TABLE invite_terms (
    since BIGINT PRIMARY KEY,
    data TEXT NOT NULL,
    actor TEXT NOT NULL
);

-- A code is made once for its owner and what it is for. owner '': the persona, circle or campaign
-- itself. In force from since until before until (NULL: for good).
CREATE TABLE invite_code (
    code TEXT PRIMARY KEY,
    owner TEXT NOT NULL DEFAULT '',
    persona TEXT NOT NULL DEFAULT '',
    circle TEXT NOT NULL DEFAULT '',
    campaign TEXT NOT NULL DEFAULT '',
    since BIGINT NOT NULL,
    until BIGINT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    UNIQUE (owner, persona, circle, campaign)
);
CREATE INDEX invite_code_campaign ON invite_code (campaign) WHERE campaign <> '';

-- Each time that a person named a code. inviter: whose it is, '' for nobody's; event: the dedupe.
CREATE TABLE invite_claim (
    event TEXT PRIMARY KEY,
    member TEXT NOT NULL,
    at BIGINT NOT NULL,
    via TEXT NOT NULL,
    code TEXT NOT NULL,
    inviter TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL DEFAULT ''
);
CREATE INDEX invite_claim_member ON invite_claim (member, at);
CREATE INDEX invite_claim_inviter ON invite_claim (inviter, at) WHERE inviter <> '';
CREATE INDEX invite_claim_verdict ON invite_claim (verdict, at, event);

-- Who came by whose code; a person has at most one row. at: when he became a member.
CREATE TABLE invite_edge (
    member TEXT PRIMARY KEY,
    inviter TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    code TEXT NOT NULL,
    event TEXT NOT NULL
);
CREATE INDEX invite_edge_inviter ON invite_edge (inviter, at, member) WHERE inviter <> '';
CREATE INDEX invite_edge_at ON invite_edge (at, member);

-- An order that counts for the owner of the last valid code its buyer had named. base_cents: paid and
-- not refunded. due_at: the return period is over; NULL: its owner was no KOC then and gets nothing.
-- earned_cents: of all that was ordered; net_cents: of what is left. (id: the order)
CREATE TABLE commission (
    id TEXT PRIMARY KEY,
    inviter TEXT NOT NULL,
    member TEXT NOT NULL,
    code TEXT NOT NULL,
    event TEXT NOT NULL,
    at BIGINT NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    base_cents BIGINT NOT NULL,
    earned_cents BIGINT NOT NULL,
    net_cents BIGINT NOT NULL,
    due_at BIGINT
);
CREATE INDEX commission_inviter ON commission (inviter, at, id);
CREATE INDEX commission_member ON commission (member);

-- What staff did about the commission of an order: settled so much (below nothing: taken back), or
-- declared it void. Never changed. From then on the order stays with whom it counted for.
CREATE TABLE commission_act (
    id $ID,
    commission TEXT NOT NULL,
    act TEXT NOT NULL,
    inviter TEXT NOT NULL,
    code TEXT NOT NULL,
    event TEXT NOT NULL,
    cents BIGINT NOT NULL DEFAULT 0,
    batch TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX commission_act_commission ON commission_act (commission, id);
