-- name: recall(item_id, how, now)!
-- Known for good, but neither found, nor owed, nor corrected any more.
UPDATE items SET recall = :how, recalled_at = :now, held = 'dropped', revision = revision + 1
WHERE id = :item_id AND recall = '';

-- name: cancel_recalled(item_id, why, now)
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE item_id = :item_id AND state = 'due'
RETURNING id;

-- name: set_down(ids, now)!
-- What rode with a note that is not sent any more is owed by itself.
UPDATE notes SET state = 'due', due_at = :now, decided_at = NULL, why = '', rides = NULL
WHERE rides IN (SELECT value FROM json_each(:ids)) AND message_id IS NULL AND state = 'cancelled';

-- name: tally_of(item_id)
SELECT CASE WHEN message_id IS NOT NULL THEN 'sent' WHEN state = 'cancelled' AND rides IS NOT NULL THEN 'joined' ELSE state END AS state,
       count(*) AS many
FROM notes WHERE item_id = :item_id GROUP BY 1;

-- name: notes_of_item(item_id, most, offset)
SELECT n.id AS note_id, n.thread, n.state, n.shown, n.why, n.rides IS NOT NULL AND n.message_id IS NULL AS joins,
       coalesce(m.sent_at, n.decided_at) AS at, c.title, c.telegram_id, c.paused,
       n.shown < i.revision AND EXISTS
           (SELECT 1 FROM edits e WHERE e.message_id = n.message_id AND e.state IN ('due', 'sending')) AS edit_due,
       CASE WHEN n.state = 'sent' AND n.shown < i.revision AND NOT EXISTS
                 (SELECT 1 FROM edits e WHERE e.message_id = n.message_id AND e.state IN ('due', 'sending'))
            THEN (SELECT l.why FROM ledger l WHERE l.note_id = n.id AND l.verdict = 'left' ORDER BY l.id DESC LIMIT 1)
       END AS left_why
FROM notes n JOIN items i ON i.id = n.item_id LEFT JOIN chats c ON c.id = n.chat_id LEFT JOIN messages m ON m.id = n.message_id
WHERE n.item_id = :item_id ORDER BY n.id LIMIT :most OFFSET :offset;
