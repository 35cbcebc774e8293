-- What the first page tells a lead: conversations for which somebody called him.
CREATE INDEX conversation_lead ON conversation (activity_at, id) WHERE lead_for <> '';
