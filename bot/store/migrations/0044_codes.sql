-- What the pages of codes and of one KOC look up.
CREATE INDEX invite_claim_code ON invite_claim (code);
CREATE INDEX invite_edge_code ON invite_edge (code);
CREATE INDEX commission_act_inviter ON commission_act (inviter, at);

-- Who went back on a journey. Queries name the condition in these very words, or it is not used.
CREATE INDEX journey_back ON journey (category, stage, was, member)
WHERE latest = 1
  AND CASE stage WHEN 'received' THEN 1 WHEN 'integrated' THEN 2 WHEN 'preferred' THEN 3 WHEN 'bought' THEN 4 WHEN 'shared' THEN 5
          WHEN 'rebought' THEN 6 ELSE 0 END
    < CASE was WHEN 'received' THEN 1 WHEN 'integrated' THEN 2 WHEN 'preferred' THEN 3 WHEN 'bought' THEN 4 WHEN 'shared' THEN 5
          WHEN 'rebought' THEN 6 ELSE 0 END;
