-- name: put_watch(chat_id, thread, query, sources, now)^
INSERT INTO watches (chat_id, thread, query, sources, since) VALUES (:chat_id, :thread, :query, :sources, :now)
ON CONFLICT (chat_id, thread, query, sources) DO UPDATE SET since = watches.since
RETURNING *;

-- name: choose_sources(chat_id, id, sources)^
UPDATE watches SET sources = :sources WHERE id = :id AND chat_id = :chat_id RETURNING *;

-- name: end_watch(chat_id, id)!
DELETE FROM watches WHERE id = :id AND chat_id = :chat_id;

-- name: watches_of_chat(chat_id)
SELECT * FROM watches WHERE chat_id = :chat_id ORDER BY thread, id;

-- name: watches_after(after, most)
SELECT * FROM watches WHERE id > :after ORDER BY id LIMIT :most;

-- name: note_matches(ids, now)!
UPDATE watches SET last_match_at = :now WHERE id IN (SELECT value FROM json_each(:ids));
