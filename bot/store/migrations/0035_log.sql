-- What was known before there was a log of events comes into it, under the names by which it would
-- be told now, so that nothing is told twice. What nobody wrote down then (friendships before the
-- last, taken off tags) is not known. Afterwards: onevoice members rebuild.

INSERT INTO event (at, seen_at, kind, member, channel, account, which, dedupe)
SELECT since, since, 'added', member, 'contact', account, state,
       'add/' || member || '/' || account || '/' || CAST(since / 1000 AS TEXT)
FROM friend WHERE until IS NULL OR since < until;

INSERT INTO event (at, seen_at, kind, member, channel, account, which, dedupe)
SELECT until, until, 'parted', member, 'contact', account, ended_by,
       'part/' || member || '/' || account || '/' || CAST(until / 1000 AS TEXT)
FROM friend WHERE until IS NOT NULL;

-- since when he wears it was not kept
INSERT INTO event (at, seen_at, kind, member, channel, account, which, dedupe)
SELECT f.since, f.since, 'tagged', t.member, 'contact', t.account, t.tag,
       'tagged/' || t.member || '/' || t.account || '/' || t.tag || '/' || CAST(f.since AS TEXT)
FROM friend_tag t JOIN friend f ON f.member = t.member AND f.account = t.account;

-- a seat whose beginning nobody told is as old as the listing that showed it
INSERT INTO event (at, seen_at, kind, member, channel, account, place, which, other, dedupe)
SELECT s.at, s.at, 'joined', s.member, 'group', s.owner, s.chat, s.join_state, s.invitor,
       'join/' || s.chat || '/' || s.member || '/' || CAST(s.at / 1000 AS TEXT)
FROM (SELECT m.chat, m.member, m.join_state, m.invitor, c.owner,
             CASE WHEN m.joined_at > 0 THEN m.joined_at ELSE c.seen_at END AS at
      FROM chat_member m JOIN chat c ON c.id = m.chat
      WHERE m.staff = 0 AND (m.joined_at > 0 OR m.left_at IS NULL)) AS s
WHERE s.member LIKE 'wm%' OR s.member LIKE 'wo%';

INSERT INTO event (at, seen_at, kind, member, channel, account, place, which, dedupe)
SELECT s.at, s.at, 'left', s.member, 'group', s.owner, s.chat, s.which,
       'left/' || s.chat || '/' || s.member || '/' || CAST(s.at / 1000 AS TEXT)
FROM (SELECT m.chat, m.member, c.owner, COALESCE(m.left_at, c.dismissed_at) AS at,
             CASE WHEN m.left_at IS NULL THEN 'dismissed' ELSE '' END AS which
      FROM chat_member m JOIN chat c ON c.id = m.chat
      WHERE m.staff = 0 AND COALESCE(m.left_at, c.dismissed_at) IS NOT NULL) AS s
WHERE s.member LIKE 'wm%' OR s.member LIKE 'wo%';

INSERT INTO event (at, seen_at, kind, member, which, dedupe)
SELECT s.at, s.at, 'refused', s.id, 'promo',
       'refused/' || s.id || '/promo/' || CAST(s.at AS TEXT)
FROM (SELECT m.id, COALESCE((SELECT MAX(a.at) FROM audit a
                             WHERE a.subject = 'member:' || m.id AND a.event = 'opt_out'),
                            m.created_at) AS at
      FROM member m WHERE m.promo_ok = 0) AS s;

INSERT INTO event (at, seen_at, kind, member, channel, account, persona, which, dedupe)
SELECT i.sent_at, i.received_at, 'inbound',
       CASE WHEN i.channel = 'oa' THEN 'oa:' || i.peer ELSE i.peer END, i.channel, i.account,
       COALESCE(c.persona, ''), i.kind, 'in/' || CAST(i.id AS TEXT)
FROM inbox i LEFT JOIN conversation c ON c.id = i.conversation
WHERE i.channel IN ('kf', 'contact', 'oa') AND i.kind <> 'event' AND i.state IN ('done', 'dead');

INSERT INTO event (at, seen_at, kind, member, channel, account, persona, version, place, which,
                   dedupe)
SELECT COALESCE(sent_at, at), COALESCE(sent_at, at), 'outbound', member, channel, account, persona,
       persona_version, content, kind, 'out/' || CAST(id AS TEXT)
FROM replies
WHERE status = 'sent' AND member <> '' AND channel IN ('kf', 'contact', 'oa', 'moment');
