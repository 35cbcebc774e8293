-- Audiences: who has a tag, who came through which contact way, and who wrote since when, answered
-- from the index alone.

DROP INDEX friend_tag_tag;
CREATE INDEX friend_tag_tag ON friend_tag (tag, member);
CREATE INDEX friend_state ON friend (state, member) WHERE state <> '';

-- a person has a handful of chats, so the channel need not stand in the index
DROP INDEX conversation_member;
CREATE INDEX conversation_member ON conversation (member, last_in_at);
