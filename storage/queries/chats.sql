-- name: chat(id)^
SELECT c.*, c.id AS chat_id FROM chats c WHERE c.id = :id;

-- name: chat_by_telegram(telegram_id)^
SELECT c.*, c.id AS chat_id FROM chats c WHERE c.telegram_id = :telegram_id;

-- name: put_chat(telegram_id, kind, title, language, now)!
-- A chat that is known keeps its language and everything else that it chose.
INSERT INTO chats (telegram_id, kind, title, language, first_seen_at)
VALUES (:telegram_id, :kind, :title, :language, :now)
ON CONFLICT (telegram_id) DO UPDATE
SET kind = excluded.kind, title = CASE excluded.title WHEN '' THEN chats.title ELSE excluded.title END;

-- name: chats_after(id, most)
SELECT c.*, c.id AS chat_id FROM chats c WHERE c.id > :id ORDER BY c.id LIMIT :most;

-- name: count_chats()$
SELECT count(*) FROM chats;

-- name: set_language(id, language)!
UPDATE chats SET language = :language WHERE id = :id;

-- name: set_quiet(id, start, end)!
UPDATE chats SET quiet_start = :start, quiet_end = :end WHERE id = :id;

-- name: bring_forward(id, now)!
-- What waits for an hour of the day is looked at again: the claim decides with the new hours.
UPDATE notes SET due_at = :now WHERE chat_id = :id AND state = 'due' AND due_at > :now AND attempt = 0;

-- name: clamp_follows(now)!
UPDATE follows SET since = :now WHERE since > :now;

-- name: clamp_watches(now)!
UPDATE watches SET since = :now WHERE since > :now;

-- name: clamp_pauses(now)!
UPDATE chats SET paused_at = :now WHERE paused_at > :now;

-- name: add_follow(chat_id, thread, source_id, now)!
INSERT INTO follows (chat_id, thread, source_id, since) VALUES (:chat_id, :thread, :source_id, :now)
ON CONFLICT DO NOTHING;

-- name: end_follow(chat_id, thread, source_id)!
DELETE FROM follows WHERE chat_id = :chat_id AND thread = :thread AND source_id = :source_id;

-- name: end_follows_of_thread(chat_id, thread)!
DELETE FROM follows WHERE chat_id = :chat_id AND thread = :thread;

-- name: end_follows(chat_id)!
DELETE FROM follows WHERE chat_id = :chat_id;

-- name: end_watches(chat_id)!
DELETE FROM watches WHERE chat_id = :chat_id;

-- name: follows_of_chat(chat_id)
SELECT * FROM follows WHERE chat_id = :chat_id ORDER BY thread, source_id;

-- name: cancel_due_of_chat(chat_id, why, now)
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE chat_id = :chat_id AND state = 'due'
RETURNING id;

-- name: cancel_due_of_thread(chat_id, thread, why, now)
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE chat_id = :chat_id AND thread = :thread AND state = 'due'
RETURNING id;

-- name: cancel_unwanted(chat_id, why, now)
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE chat_id = :chat_id AND state = 'due'
  AND NOT EXISTS (SELECT 1 FROM live_reasons l WHERE l.note_id = notes.id)
  AND NOT EXISTS (SELECT 1 FROM live_further_reasons l WHERE l.note_id = notes.id)
RETURNING id;

-- name: enter_cancelled(ids, now)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, id, chat_id, attempt, 'cancelled', why FROM notes WHERE id IN (SELECT value FROM json_each(:ids));

-- name: pause_chat(id, why, now)!
UPDATE chats SET paused = :why, paused_at = coalesce(paused_at, :now) WHERE id = :id;

-- name: resume_chat(id)!
UPDATE chats SET paused = '', paused_at = NULL WHERE id = :id;

-- name: count_missed(id, since)$
-- What came in while the chat was paused, and what was owed to it when that began.
SELECT count(*) FROM (
    SELECT i.id FROM items i
    WHERE i.first_seen_at > :since AND i.held = '' AND i.pictures = '' AND i.origin = 'poll'
      AND EXISTS (SELECT 1 FROM follows f
                  WHERE f.chat_id = :id AND f.source_id IN (i.source_id, '*') AND f.since <= i.first_seen_at)
    UNION
    SELECT n.item_id FROM ledger l JOIN notes n ON n.id = l.note_id
    WHERE l.chat_id = :id AND l.at >= :since AND l.verdict IN ('dead', 'cancelled') AND n.state IN ('dead', 'cancelled')
);

-- name: set_telegram_id(id, telegram_id)!
UPDATE chats SET telegram_id = :telegram_id, kind = CASE kind WHEN 'group' THEN 'supergroup' ELSE kind END WHERE id = :id;

-- name: merge_follows(source, target)!
INSERT INTO follows (chat_id, thread, source_id, since)
SELECT :target, thread, source_id, since FROM follows WHERE chat_id = :source
ON CONFLICT (chat_id, thread, source_id) DO UPDATE SET since = min(since, excluded.since);

-- name: merge_watches(source, target)!
UPDATE OR IGNORE watches SET chat_id = :target WHERE chat_id = :source;

-- name: owed_to_both(source, target)
-- The two notes of one item and topic, the one that is further on first.
SELECT a.id AS source_note, b.id AS target_note,
       CASE a.state WHEN 'sending' THEN 5 WHEN 'sent' THEN 4 WHEN 'due' THEN 3 WHEN 'dead' THEN 2 ELSE 1 END AS source_rank,
       CASE b.state WHEN 'sending' THEN 5 WHEN 'sent' THEN 4 WHEN 'due' THEN 3 WHEN 'dead' THEN 2 ELSE 1 END AS target_rank
FROM notes a JOIN notes b ON b.item_id = a.item_id AND b.thread = a.thread AND b.chat_id = :target
WHERE a.chat_id = :source;

-- name: hand_over_ledger(loser, winner)!
UPDATE ledger SET note_id = :winner WHERE note_id = :loser;

-- name: hand_over_further_reasons(loser, winner)!
INSERT INTO note_reasons (note_id, reason)
SELECT :winner, reason FROM notes WHERE id = :loser
UNION SELECT :winner, reason FROM note_reasons WHERE note_id = :loser
ON CONFLICT DO NOTHING;

-- name: delete_note(id)!
DELETE FROM notes WHERE id = :id;

-- name: merge_notes(source, target)!
UPDATE notes SET chat_id = :target WHERE chat_id = :source;

-- name: merge_messages(source, target)!
UPDATE messages SET chat_id = :target WHERE chat_id = :source;

-- name: merge_ledger(source, target)!
UPDATE ledger SET chat_id = :target WHERE chat_id = :source;

-- name: adopt_state(source, target)!
-- The newer chat knows whether the bot may write there now; settings stay those of the older one.
UPDATE chats SET (paused, paused_at) = (SELECT s.paused, s.paused_at FROM chats s WHERE s.id = :source) WHERE id = :target;

-- name: delete_chat(id)!
DELETE FROM chats WHERE id = :id;

-- name: delete_parking(id)!
DELETE FROM parked WHERE scope = 'chat:' || :id;

-- name: delete_ledger_of_due(id)!
DELETE FROM ledger WHERE note_id IN (SELECT id FROM notes WHERE chat_id = :id AND state = 'due');

-- name: delete_due(id)!
DELETE FROM notes WHERE chat_id = :id AND state = 'due';

-- name: delete_further_reasons(id)!
DELETE FROM note_reasons WHERE note_id IN (SELECT id FROM notes WHERE chat_id = :id);

-- name: forget_notes(id)!
-- What was watched is the person's own words.
UPDATE notes SET chat_id = NULL, reason = CASE WHEN reason LIKE 'watch:%' THEN 'watch:' ELSE reason END WHERE chat_id = :id;

-- name: forget_edits(id)!
DELETE FROM edits WHERE message_id IN (SELECT id FROM messages WHERE chat_id = :id);

-- name: forget_messages(id)!
UPDATE messages SET chat_id = NULL WHERE chat_id = :id;

-- name: forget_ledger(id)!
UPDATE ledger SET chat_id = NULL WHERE chat_id = :id;
