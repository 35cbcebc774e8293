-- Audiences: who has a tag, in the order of members, without looking at the row; and who came
-- through which contact way.

DROP INDEX friend_tag_tag;
CREATE INDEX friend_tag_tag ON friend_tag (tag, member);
CREATE INDEX friend_state ON friend (state, member) WHERE state <> '';
