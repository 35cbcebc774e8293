-- What a message changes in the indexes on its way out. An index that names the state is changed at
-- every step, and the ids that kf gives its messages are spread over the whole of theirs.
DROP INDEX outbox_conversation;
CREATE INDEX outbox_talk ON outbox (conversation, id);
DROP INDEX outbox_draft;
CREATE INDEX outbox_draft ON outbox (conversation, id) WHERE state = 'draft';
DROP INDEX outbox_provider;
CREATE INDEX outbox_provider ON outbox (provider_id)
    WHERE provider_id IS NOT NULL AND channel <> 'kf';
