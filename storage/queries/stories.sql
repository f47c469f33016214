-- name: last_of(source_id, most)
-- Withdrawn ones too: what is published again is the same notice.
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i WHERE i.source_id = :source_id AND i.held = '' ORDER BY i.id DESC LIMIT :most;

-- name: news_since(since)
SELECT i.*, '[]' AS keys FROM items i WHERE i.first_seen_at >= :since AND i.held = '' AND i.recall = '' ORDER BY i.id;

-- name: readdress(id, url, now)!
UPDATE items SET url = :url, revision = revision + 1, corrected_at = :now WHERE id = :id AND url IS NOT :url;

-- name: set_story*!
UPDATE items SET story = :story WHERE id = :item_id AND id <> :story;

-- name: ride(item_id, story, now, since, most)
-- Whoever is owed the item and was told (or is owed) the story already gets it in that message, if it can be edited.
UPDATE notes SET state = 'cancelled', why = 'told with the same story of another source', decided_at = :now, rides = (
    SELECT l.id FROM items i CROSS JOIN notes l LEFT JOIN messages m ON m.id = l.message_id LEFT JOIN edits e ON e.message_id = m.id
    WHERE (i.id = :story OR i.story = :story) AND i.id <> :item_id AND i.recall = ''
      AND l.item_id = i.id AND l.chat_id = notes.chat_id AND l.thread = notes.thread AND l.rides IS NULL
      AND (l.state IN ('due', 'sending') OR (m.sent_at >= :since AND coalesce(e.made, 0) < :most AND coalesce(e.state, '') <> 'left'))
    ORDER BY l.id LIMIT 1)
WHERE item_id = :item_id AND state = 'due' AND rides IS NULL AND EXISTS (
    SELECT 1 FROM items i CROSS JOIN notes l LEFT JOIN messages m ON m.id = l.message_id LEFT JOIN edits e ON e.message_id = m.id
    WHERE (i.id = :story OR i.story = :story) AND i.id <> :item_id AND i.recall = ''
      AND l.item_id = i.id AND l.chat_id = notes.chat_id AND l.thread = notes.thread AND l.rides IS NULL
      AND (l.state IN ('due', 'sending') OR (m.sent_at >= :since AND coalesce(e.made, 0) < :most AND coalesce(e.state, '') <> 'left')))
RETURNING id;

-- name: enter_joined(ids, now)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, n.id, n.chat_id, n.attempt, 'joined', 'told in the message of item ' || l.item_id
FROM notes n JOIN notes l ON l.id = n.rides WHERE n.id IN (SELECT value FROM json_each(:ids));

-- name: lend_reasons(ids)!
-- Whoever ends what brought the first note still wants the story for the second one's sake.
INSERT INTO note_reasons (note_id, reason)
SELECT l.id, n.reason FROM notes n JOIN notes l ON l.id = n.rides
WHERE n.id IN (SELECT value FROM json_each(:ids)) AND l.reason <> n.reason
UNION SELECT l.id, r.reason FROM notes n JOIN notes l ON l.id = n.rides JOIN note_reasons r ON r.note_id = n.id
WHERE n.id IN (SELECT value FROM json_each(:ids)) AND l.reason <> r.reason
ON CONFLICT DO NOTHING;

-- name: messages_of_leaders(ids)
SELECT DISTINCT l.message_id FROM notes n JOIN notes l ON l.id = n.rides
WHERE n.id IN (SELECT value FROM json_each(:ids)) AND l.message_id IS NOT NULL;
