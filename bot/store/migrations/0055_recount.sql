-- What a session, a two-way conversation and the working time of a person are is counted from this
-- release on: the sums of the last 13 days are made anew. Of older ones some rows may be gone.
UPDATE figure_piece SET stale = stale + 1
WHERE begins >= (SELECT MAX(begins) FROM figure_piece) - 1123200000;
