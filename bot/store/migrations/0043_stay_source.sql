-- Who came by a code: the rows behind a contact way, a join way, an acquisition link, a short link.
CREATE INDEX stay_source ON stay (source, since) WHERE source <> '';
