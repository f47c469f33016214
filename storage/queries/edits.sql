-- name: owe_edits(items, now, since, most)!
-- An edit on its way is left alone: once it is decided, what it did not show is owed again.
INSERT INTO edits (message_id, due_at)
SELECT DISTINCT m.id, :now
FROM notes n CROSS JOIN messages m CROSS JOIN items i
WHERE n.item_id IN (SELECT value FROM json_each(:items)) AND m.id = n.message_id AND m.chat_id IS NOT NULL AND m.sent_at >= :since
  AND i.id = n.item_id AND n.shown < i.revision
ON CONFLICT (message_id) DO UPDATE
SET state = 'due', due_at = excluded.due_at, attempt = 0, plain = 0, lease_until = 0, lease_by = ''
WHERE edits.state IN ('done', 'left') AND edits.made < :most;

-- name: enter_left(items, now, since)!
-- A message that is too old, or was edited too often, stays as it is: the ledger says so.
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, n.id, n.chat_id, n.attempt, 'left',
       CASE WHEN m.sent_at < :since THEN 'sent too long ago to be edited' ELSE 'edited as often as a message may be' END
FROM notes n CROSS JOIN messages m CROSS JOIN items i
WHERE n.item_id IN (SELECT value FROM json_each(:items)) AND m.id = n.message_id AND m.chat_id IS NOT NULL
  AND i.id = n.item_id AND n.shown < i.revision
  AND NOT EXISTS (SELECT 1 FROM edits e WHERE e.message_id = m.id AND e.state IN ('due', 'sending'));

-- name: owe_outdated(messages, now, most)!
-- Messages that show less than is known by now: what changed while they were being sent or edited.
INSERT INTO edits (message_id, due_at)
SELECT DISTINCT n.message_id, :now
FROM notes n CROSS JOIN items i
WHERE n.message_id IN (SELECT value FROM json_each(:messages)) AND i.id = n.item_id AND n.chat_id IS NOT NULL
  AND (n.shown < i.revision AND NOT EXISTS
           (SELECT 1 FROM wordings a JOIN wordings b ON b.item_id = a.item_id AND b.digest = a.digest
            WHERE a.item_id = i.id AND a.revision = n.shown AND b.revision = i.revision)
       OR EXISTS (SELECT 1 FROM notes r WHERE r.rides = n.id AND r.message_id IS NULL))
ON CONFLICT (message_id) DO UPDATE SET state = 'due', due_at = excluded.due_at, attempt = 0, plain = 0
WHERE edits.state = 'done'
  AND (edits.made < :most
       OR EXISTS (SELECT 1 FROM notes n JOIN items i ON i.id = n.item_id
                  WHERE n.message_id = edits.message_id AND n.shown < i.revision AND i.recall <> ''));

-- name: owe_overtaken*!
-- An edit was refused; meanwhile an operator took the item back, which may still be done.
UPDATE edits SET state = 'due', due_at = :now, attempt = 0, plain = 0
WHERE message_id = :message_id AND state = 'left'
  AND EXISTS (SELECT 1 FROM notes n JOIN items i ON i.id = n.item_id
              WHERE n.id = :note_id AND i.recall <> '' AND i.revision > :revision);

-- name: enter_worn(messages, now, most)!
-- What changed while the last edit that a message may have was on its way stays as it is there.
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, n.id, n.chat_id, n.attempt, 'left', 'edited as often as a message may be'
FROM notes n CROSS JOIN items i CROSS JOIN edits e
WHERE n.message_id IN (SELECT value FROM json_each(:messages)) AND n.chat_id IS NOT NULL AND i.id = n.item_id
  AND n.shown < i.revision AND e.message_id = n.message_id AND e.state = 'done' AND e.made >= :most;

-- name: remember_wording(item_id, revision, digest)!
INSERT INTO wordings (item_id, revision, digest) VALUES (:item_id, :revision, :digest) ON CONFLICT DO NOTHING;

-- name: worded_before(item_id, revision, digest)$
SELECT EXISTS (SELECT 1 FROM wordings WHERE item_id = :item_id AND revision < :revision AND digest = :digest);

-- name: show_same(item_id, revision, digest)!
-- The item says again what these messages say. Not where an edit may have arrived that says something else.
UPDATE notes SET shown = :revision
WHERE item_id = :item_id AND message_id IS NOT NULL
  AND shown IN (SELECT revision FROM wordings WHERE item_id = :item_id AND revision < :revision AND digest = :digest)
  AND NOT EXISTS (SELECT 1 FROM edits e WHERE e.message_id = notes.message_id
                  AND (e.state IN ('sending', 'left') OR (e.state = 'due' AND e.attempt > 0)));

-- name: drop_needless(item_id)!
-- Edits that have nothing to show any more.
UPDATE edits SET state = 'done', lease_until = 0, lease_by = ''
WHERE state = 'due'
  AND message_id IN (SELECT message_id FROM notes WHERE item_id = :item_id AND message_id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM notes n JOIN items i ON i.id = n.item_id
                  WHERE n.message_id = edits.message_id
                    AND (n.shown < i.revision
                         OR EXISTS (SELECT 1 FROM notes r WHERE r.rides = n.id AND r.message_id IS NULL)));

-- name: due_edits(now, since, most)
-- What is too old by now is due only where an operator took it back.
SELECT e.message_id, m.chat_id, m.sent_at < :since AND NOT EXISTS
           (SELECT 1 FROM notes n JOIN items i ON i.id = n.item_id
            WHERE n.message_id = m.id AND n.shown < i.revision AND i.recall <> '') AS too_old
FROM edits e CROSS JOIN messages m CROSS JOIN chats c
WHERE e.state = 'due' AND e.due_at <= :now AND e.lease_until <= :now AND m.id = e.message_id
  AND NOT EXISTS (SELECT 1 FROM temp.busy b WHERE b.chat_id = m.chat_id)
  AND c.id = m.chat_id AND c.paused = ''
  AND NOT EXISTS (SELECT 1 FROM notes d WHERE d.chat_id = m.chat_id AND d.state IN ('due', 'sending') AND d.due_at <= :now)
  AND NOT EXISTS (SELECT 1 FROM parked p WHERE p.scope = 'chat:' || m.chat_id AND p.until > :now)
ORDER BY e.due_at, e.message_id LIMIT :most;

-- name: leave_edits(ids, now)!
UPDATE edits SET state = 'left', decided_at = :now WHERE message_id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: enter_too_old(ids, now)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, n.id, n.chat_id, n.attempt, 'left', 'sent too long ago to be edited'
FROM notes n CROSS JOIN items i
WHERE n.message_id IN (SELECT value FROM json_each(:ids)) AND i.id = n.item_id AND n.shown < i.revision;

-- name: lease_edits(ids, lease_until, boot)!
UPDATE edits SET lease_until = :lease_until, lease_by = :boot
WHERE message_id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: posted(ids)
-- The further pictures of an album came with it in the same instant, and no note is told in them.
SELECT m.id AS message_id, m.telegram_message_id, m.sent_at, m.thread, m.listed, e.attempt AS edit_attempt,
       (SELECT json_group_array(o.telegram_message_id) FROM messages o
        WHERE o.chat_id = m.chat_id AND o.sent_at = m.sent_at AND o.id > m.id
          AND NOT EXISTS (SELECT 1 FROM messages p JOIN notes n ON n.message_id = p.id
                          WHERE p.chat_id = m.chat_id AND p.sent_at = m.sent_at AND p.id > m.id AND p.id <= o.id)) AS others,
       e.plain AS edit_plain, c.id AS chat_id, c.telegram_id, c.kind, c.title, c.language, c.timezone, c.quiet_start,
       c.quiet_end, c.paused, c.paused_at
FROM json_each(:ids) wanted CROSS JOIN messages m CROSS JOIN edits e CROSS JOIN chats c
WHERE m.id = wanted.value AND e.message_id = m.id AND c.id = m.chat_id
ORDER BY wanted.key;

-- name: notes_in(ids)
-- What messages tell, in their order; those that ride with another note come as its `riders`.
SELECT n.message_id, n.id AS note_id, n.item_id, n.priority, n.owed_at, n.due_at, n.attempt, n.unsure, n.plain, n.reason,
       i.revision, (SELECT reason FROM live_reasons l WHERE l.note_id = n.id) AS live_reason,
       CASE WHEN EXISTS (SELECT 1 FROM note_reasons f WHERE f.note_id = n.id)
            THEN (SELECT json_group_array(reason) FROM live_further_reasons l WHERE l.note_id = n.id)
            ELSE '[]' END AS live_further,
       (SELECT json_group_array(json_array(r.id, r.item_id, ri.revision)) FROM notes r JOIN items ri ON ri.id = r.item_id
        WHERE r.rides = n.id) AS riders
FROM notes n CROSS JOIN items i
WHERE n.message_id IN (SELECT value FROM json_each(:ids)) AND n.rides IS NULL AND i.id = n.item_id
ORDER BY n.message_id, n.due_at, n.id;

-- name: mark_editing(ids)
UPDATE edits SET state = 'sending', attempt = attempt + 1
WHERE message_id IN (SELECT value FROM json_each(:ids)) AND state = 'due'
RETURNING message_id;

-- name: release_edits(ids)!
UPDATE edits SET lease_until = 0, lease_by = ''
WHERE message_id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: settle_edits*!
UPDATE edits
SET state = :state, due_at = coalesce(:due_at, due_at), made = made + :made, plain = max(plain, :plain), decided_at = :now,
    lease_until = 0, lease_by = ''
WHERE message_id = :message_id;

-- name: enter_edits*!
-- A line for each note that the edit was about: its item changed, or it was not told yet.
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, id, chat_id, :attempt, :verdict, :why FROM notes
WHERE id = :note_id AND (shown IS NULL OR shown < :revision);

-- name: show_notes*!
-- The reader sees this revision now. A note that rides with another one is told from here on.
UPDATE notes
SET shown = max(coalesce(shown, 0), :revision), message_id = :message_id, state = 'sent', decided_at = coalesce(decided_at, :now)
WHERE id = :note_id;

-- name: recover_edits(now)!
-- To edit twice does no harm, so what was on its way is simply due.
UPDATE edits SET state = 'due', due_at = min(due_at, :now), lease_until = 0, lease_by = '' WHERE state = 'sending';

-- name: end_edit_leases(boot)!
UPDATE edits SET lease_until = 0, lease_by = '' WHERE state = 'due' AND lease_by NOT IN ('', :boot);

-- name: shift_edits(delta, was, now)!
UPDATE edits
SET lease_until = CASE WHEN lease_until > 0 THEN lease_until + :delta ELSE 0 END,
    due_at = CASE WHEN due_at <= :was THEN min(due_at, :now) ELSE due_at + :delta END
WHERE state = 'due';

-- name: count_edits()$
SELECT count(*) FROM edits WHERE state IN ('due', 'sending');

-- name: edited_since(since)
SELECT m.chat_id, c.kind, e.decided_at AS sent_at
FROM edits e JOIN messages m ON m.id = e.message_id JOIN chats c ON c.id = m.chat_id
WHERE e.decided_at >= :since ORDER BY e.decided_at;
