-- With which key the words of this database are sealed (docs/privacy.md); no row: with none.
-- `goal`: that of a change that is under way. `proof` and `goal_proof` tell whether a key is it.
CREATE TABLE sealing (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    proof TEXT NOT NULL,
    goal TEXT,
    goal_proof TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL
);
