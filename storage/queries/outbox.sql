-- name: parked_globally(now)$
SELECT count(*) FROM parked WHERE scope = 'global' AND until > :now;

-- name: clear_busy()!
DELETE FROM temp.busy;

-- name: add_busy(chats)!
INSERT INTO temp.busy (chat_id) SELECT value FROM json_each(:chats);

-- name: drop_busy(chats)!
DELETE FROM temp.busy WHERE chat_id IN (SELECT value FROM json_each(:chats));

-- name: heads(priority, now, most)$
-- The first due note of each (chat, thread) that has this priority and may go now. A head under lease keeps its lane.
SELECT json_group_array(json_array(chat_id, thread)) FROM (
SELECT n.chat_id, n.thread
FROM notes n CROSS JOIN chats c
WHERE n.state = 'due' AND n.priority = :priority AND n.due_at <= :now AND n.lease_until <= :now
  AND NOT EXISTS (SELECT 1 FROM temp.busy b WHERE b.chat_id = n.chat_id)
  AND c.id = n.chat_id AND c.paused = ''
  AND NOT EXISTS (SELECT 1 FROM notes e
                  WHERE e.chat_id = n.chat_id AND e.thread = n.thread AND e.state = 'due' AND e.due_at <= :now
                    AND (e.priority, e.due_at, e.id) < (n.priority, n.due_at, n.id))
  AND NOT EXISTS (SELECT 1 FROM parked p WHERE p.scope = 'chat:' || n.chat_id AND p.until > :now)
ORDER BY n.priority, n.due_at, n.id
LIMIT :most) AS head;

-- name: lease_lanes(lanes, now, most, lease_until, boot)!
UPDATE notes SET lease_until = :lease_until, lease_by = :boot
WHERE id IN (SELECT n.id FROM json_each(:lanes) lane CROSS JOIN notes n
             WHERE n.id IN (SELECT id FROM notes
                            WHERE chat_id = json_extract(lane.value, '$[0]') AND thread = json_extract(lane.value, '$[1]')
                              AND state = 'due' AND due_at <= :now AND lease_until <= :now
                            ORDER BY priority, due_at, id LIMIT :most));

-- name: leased(lanes, boot, lease_until, recently)
-- Most notes have one reason: the view of further ones costs as much as the rest where it is asked for nothing.
SELECT n.id AS note_id, n.chat_id, n.thread, n.item_id, n.priority, n.owed_at, n.due_at, n.attempt, n.unsure, n.plain,
       n.reason, i.revision,
       (SELECT reason FROM live_reasons l WHERE l.note_id = n.id) AS live_reason,
       CASE WHEN EXISTS (SELECT 1 FROM note_reasons f WHERE f.note_id = n.id)
            THEN (SELECT json_group_array(reason) FROM live_further_reasons l WHERE l.note_id = n.id)
            ELSE '[]' END AS live_further,
       c.telegram_id, c.kind, c.title, c.language, c.timezone, c.quiet_start, c.quiet_end, c.paused, c.paused_at,
       (SELECT json_group_array(json_array(r.id, r.item_id, ri.revision)) FROM notes r JOIN items ri ON ri.id = r.item_id
        WHERE r.rides = n.id) AS riders,
       (SELECT count(*) FROM messages m JOIN notes s ON s.message_id = m.id
        WHERE m.chat_id = n.chat_id AND m.thread = n.thread AND m.sent_at > :recently) AS recent
FROM json_each(:lanes) lane CROSS JOIN notes n CROSS JOIN chats c CROSS JOIN items i
WHERE n.chat_id = json_extract(lane.value, '$[0]') AND n.thread = json_extract(lane.value, '$[1]')
  AND n.state = 'due' AND n.lease_by = :boot AND n.lease_until = :lease_until
  AND c.id = n.chat_id AND i.id = n.item_id
ORDER BY lane.key, n.priority, n.due_at, n.id;

-- name: still_due(ids)$
SELECT json_group_array(id) FROM notes WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: mark_sending(ids, now)!
UPDATE notes SET state = 'sending', attempt = attempt + 1, tried_at = :now
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: cancel_notes(ids, why, now)
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due'
RETURNING id;

-- name: defer_notes(ids, until)!
UPDATE notes SET due_at = :until, lease_until = 0, lease_by = ''
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: release_notes(ids)!
UPDATE notes SET lease_until = 0, lease_by = ''
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due';

-- name: top_message_id()$
SELECT coalesce(max(id), 0) FROM messages;

-- name: insert_messages(messages)!
-- The chat is the note's, which may have been merged or forgotten since the message left.
INSERT INTO messages (id, chat_id, thread, telegram_message_id, sent_at, listed)
SELECT json_extract(m.value, '$.id'), n.chat_id, n.thread, json_extract(m.value, '$.telegram_message_id'),
       json_extract(m.value, '$.now'), json_extract(m.value, '$.listed')
FROM json_each(:messages) m CROSS JOIN notes n WHERE n.id = json_extract(m.value, '$.note_id');

-- name: enter_verdicts(settled)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT json_extract(s.value, '$.now'), n.id, n.chat_id, n.attempt, json_extract(s.value, '$.verdict'),
       json_extract(s.value, '$.why')
FROM json_each(:settled) s CROSS JOIN notes n
WHERE n.id = json_extract(s.value, '$.note_id')
  AND (n.state IN ('due', 'sending') OR json_extract(s.value, '$.state') = 'sent');

-- name: settle(settled)!
UPDATE notes
SET state = json_extract(s.value, '$.state'), due_at = coalesce(json_extract(s.value, '$.due_at'), due_at),
    unsure = unsure + json_extract(s.value, '$.unsure'), plain = max(plain, json_extract(s.value, '$.plain')),
    shown = coalesce(json_extract(s.value, '$.shown'), shown),
    message_id = coalesce(json_extract(s.value, '$.message_id'), message_id),
    decided_at = json_extract(s.value, '$.decided_at'), why = json_extract(s.value, '$.why'), lease_until = 0, lease_by = ''
FROM json_each(:settled) s
WHERE notes.id = json_extract(s.value, '$.note_id')
  AND (notes.state IN ('due', 'sending') OR json_extract(s.value, '$.state') = 'sent');

-- name: cancel_homeless(ids, now)
-- A note that would be tried again, but whose chat is paused or forgotten by now.
UPDATE notes SET state = 'cancelled', why = 'paused', decided_at = :now
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'due'
  AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.id = notes.chat_id AND c.paused = '')
RETURNING id;

-- name: chat_of_note(id, telegram_id)$
-- The note's chat, if Telegram's answer was about the id that it still has.
SELECT n.chat_id FROM notes n JOIN chats c ON c.id = n.chat_id WHERE n.id = :id AND c.telegram_id = :telegram_id;

-- name: put_parking(scope, until)!
INSERT INTO parked (scope, until) VALUES (:scope, :until)
ON CONFLICT (scope) DO UPDATE SET until = max(until, excluded.until);

-- name: drop_parking(now)!
DELETE FROM parked WHERE until <= :now;

-- name: end_leases(boot)!
UPDATE notes SET lease_until = 0, lease_by = '' WHERE state = 'due' AND lease_by NOT IN ('', :boot);

-- name: end_sending(most_unsure, now)
-- Whether these arrived nobody knows. They go behind what was due before: a process that ends again and again must not
-- spend all their chances, always the same ones first.
UPDATE notes
SET state = CASE WHEN unsure >= :most_unsure THEN 'dead' ELSE 'due' END, unsure = unsure + 1, due_at = :now,
    decided_at = CASE WHEN unsure >= :most_unsure THEN :now END, lease_until = 0, lease_by = '',
    why = 'the process ended while it was being sent'
WHERE state = 'sending'
RETURNING id;

-- name: enter_recovered(ids, now)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, id, chat_id, attempt, CASE state WHEN 'dead' THEN 'dead' ELSE 'recovered' END, why
FROM notes WHERE id IN (SELECT value FROM json_each(:ids));

-- name: sent_since(since)
SELECT m.chat_id, c.kind, m.sent_at FROM messages m JOIN chats c ON c.id = m.chat_id
WHERE m.sent_at >= :since ORDER BY m.sent_at, m.id;

-- name: parked_now(now)
SELECT scope, until FROM parked WHERE until > :now ORDER BY until;

-- name: count_due(now)$
SELECT count(*) FROM notes WHERE state = 'due' AND due_at <= :now;

-- name: oldest_due(priority, now)$
SELECT due_at FROM notes WHERE state = 'due' AND priority = :priority AND due_at <= :now ORDER BY due_at LIMIT 1;

-- name: next_due(priority, now)$
SELECT due_at FROM notes WHERE state = 'due' AND priority = :priority AND due_at > :now ORDER BY due_at LIMIT 1;

-- name: count_sending()$
SELECT count(*) FROM notes WHERE state = 'sending';

-- name: shift_leases(delta)!
UPDATE notes SET lease_until = lease_until + :delta WHERE state = 'due' AND lease_until > 0;

-- name: shift_overdue(was, now)!
-- What was due by the old clock stays due by the new one.
UPDATE notes SET due_at = :now WHERE state = 'due' AND due_at <= :was AND due_at > :now;

-- name: shift_retries(delta, was)!
UPDATE notes SET due_at = due_at + :delta WHERE state = 'due' AND attempt > 0 AND due_at > :was;

-- name: shift_parking(delta)!
UPDATE parked SET until = until + :delta;

-- name: shift_polls(delta)!
UPDATE sources SET next_poll_at = next_poll_at + :delta WHERE next_poll_at > 0;

-- name: stuck_notes(tried_before, due_before, most)
SELECT n.id AS note_id, n.chat_id, n.item_id, i.title, n.state, n.attempt, n.due_at, n.tried_at, n.why
FROM (SELECT id FROM notes WHERE state = 'sending' AND tried_at <= :tried_before
      UNION ALL SELECT id FROM notes WHERE state = 'due' AND due_at <= :due_before) late
CROSS JOIN notes n CROSS JOIN items i
WHERE n.id = late.id AND i.id = n.item_id
ORDER BY n.due_at, n.id LIMIT :most;

-- name: count_ledger()$
SELECT count(*) FROM ledger;

-- name: ledger_after(id, most)
SELECT l.id, l.at, l.note_id, l.verdict, l.why, l.attempt, n.state, n.reason, n.owed_at, n.thread, n.unsure, n.item_id,
       i.source_id, i.title, i.url, l.chat_id, c.telegram_id, c.kind, m.telegram_message_id
FROM ledger l JOIN notes n ON n.id = l.note_id JOIN items i ON i.id = n.item_id
LEFT JOIN chats c ON c.id = l.chat_id
LEFT JOIN messages m ON m.id = n.message_id AND l.verdict IN ('sent', 'edited', 'deleted', 'left')
WHERE l.id > :id ORDER BY l.id LIMIT :most;
