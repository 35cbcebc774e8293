-- What a message changes in the indexes on its way out. An index that names the state is changed at
-- every step, and the ids that kf gives its messages are spread over the whole of theirs.
DROP INDEX outbox_conversation;
CREATE INDEX outbox_talk ON outbox (conversation, id);
DROP INDEX outbox_draft;
CREATE INDEX outbox_draft ON outbox (conversation, id) WHERE state = 'draft';
DROP INDEX outbox_provider;
CREATE INDEX outbox_provider ON outbox (provider_id)
    WHERE provider_id IS NOT NULL AND channel <> 'kf';

-- Whether a person did it stands in the row, so that no index has to know the names of our parts.
ALTER TABLE audit ADD COLUMN person INTEGER NOT NULL DEFAULT 0;
UPDATE audit SET person = 1
WHERE actor NOT IN ('bot', 'model', 'converse', 'deliver', 'recover', 'restore', 'scheduler',
                    'platform', 'member', 'desk', 'library', 'retention', 'disk', 'system');
DROP INDEX audit_people;
CREATE INDEX audit_people ON audit (at, id) WHERE person = 1;
DROP INDEX audit_person;
CREATE INDEX audit_person ON audit (actor, at, id) WHERE person = 1;
