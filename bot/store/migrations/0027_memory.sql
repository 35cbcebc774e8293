-- What is remembered is asked for by member: the key begins with the persona, so each claim of turns
-- went through everybody's memory.
CREATE INDEX memory_member ON memory (member);
