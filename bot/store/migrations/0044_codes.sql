-- What the pages of codes and of one KOC look up.
CREATE INDEX invite_claim_code ON invite_claim (code);
CREATE INDEX invite_edge_code ON invite_edge (code);
CREATE INDEX commission_act_inviter ON commission_act (inviter, at);
