-- name: begin_source(id)!
INSERT INTO sources (id, title) VALUES (:id, :id) ON CONFLICT DO NOTHING;

-- name: state_of(id)^
SELECT baseline_at, changed, hosts FROM sources WHERE id = :id;

-- name: succeed(id, now, kind, feed_url, etag, last_modified, item_at)!
UPDATE sources
SET last_attempt_at = :now, last_success_at = :now, failures = 0, trouble = NULL, trouble_since = NULL, changed = 0,
    kind = CASE :kind WHEN '' THEN kind ELSE :kind END,
    feed_url = CASE :feed_url WHEN '' THEN feed_url ELSE :feed_url END,
    etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
    silent_since = CASE WHEN :item_at > coalesce(last_item_at, 0) THEN NULL ELSE silent_since END,
    last_item_at = CASE WHEN :item_at > coalesce(last_item_at, 0) THEN :item_at ELSE last_item_at END
WHERE id = :id;

-- name: set_listed(id, listed)!
UPDATE sources SET listed = :listed WHERE id = :id;

-- name: offer_hub(id, hub, topic, now)!
-- Another hub, or another topic of it, is asked at once; the same one when its lease runs out.
INSERT INTO hubs (source_id, hub, topic, ask_at) VALUES (:id, :hub, :topic, :now)
ON CONFLICT (source_id) DO UPDATE SET hub = excluded.hub, topic = excluded.topic, ask_at = excluded.ask_at, lease_until = NULL
WHERE hub <> excluded.hub OR topic <> excluded.topic;

-- name: drop_hub(id)!
DELETE FROM hubs WHERE source_id = :id;

-- name: set_baseline(id, now, hosts)!
UPDATE sources SET baseline_at = coalesce(baseline_at, :now), hosts = :hosts WHERE id = :id;

-- name: fail(id, now, trouble, next_poll_at)!
UPDATE sources
SET last_attempt_at = :now, failures = failures + 1, trouble = :trouble, trouble_since = coalesce(trouble_since, :now),
    next_poll_at = :next_poll_at
WHERE id = :id;

-- name: schedule(id, next_poll_at)!
UPDATE sources SET next_poll_at = :next_poll_at WHERE id = :id;

-- name: hasten_for_followers(items, priority, due_at)!
UPDATE notes
SET due_at = min(due_at, :due_at), priority = min(priority, :priority)
WHERE item_id IN (SELECT value FROM json_each(:items)) AND state = 'due' AND due_at > :due_at
  AND EXISTS (SELECT 1 FROM follows f JOIN items i ON i.id = notes.item_id
              WHERE f.source_id IN (i.source_id, '*') AND f.chat_id = notes.chat_id AND f.thread = notes.thread);

-- name: owe_followers(items, priority, now)!
-- CROSS JOIN keeps this order: items, then the followers of each, then their chats.
INSERT INTO notes (chat_id, thread, item_id, reason, priority, owed_at, due_at)
SELECT f.chat_id, f.thread, i.id, 'follow:' || i.source_id, :priority, :now, :now
FROM items i CROSS JOIN follows f CROSS JOIN chats c
WHERE i.id IN (SELECT value FROM json_each(:items)) AND i.held = ''
  AND f.source_id IN (i.source_id, '*') AND f.since <= i.first_seen_at
  AND c.id = f.chat_id AND c.paused = ''
ON CONFLICT DO NOTHING;

-- name: hasten_matches(matches, priority, due_at)!
UPDATE notes
SET due_at = min(due_at, :due_at), priority = min(priority, :priority)
WHERE state = 'due' AND due_at > :due_at
  AND (item_id, chat_id, thread) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(:matches));

-- name: owe_matches(matches, priority, now)!
INSERT INTO notes (chat_id, thread, item_id, reason, priority, owed_at, due_at)
SELECT c.id, json_extract(m.value, '$[2]'), i.id, json_extract(m.value, '$[3]'), :priority, :now, :now
FROM json_each(:matches) m CROSS JOIN items i CROSS JOIN chats c
WHERE i.id = json_extract(m.value, '$[0]') AND i.held = '' AND c.id = json_extract(m.value, '$[1]') AND c.paused = ''
ON CONFLICT DO NOTHING;

-- name: add_reasons(matches)!
-- What else wants a note that is there already for another reason.
INSERT INTO note_reasons (note_id, reason)
SELECT n.id, json_extract(m.value, '$[3]')
FROM json_each(:matches) m CROSS JOIN notes n
WHERE n.item_id = json_extract(m.value, '$[0]') AND n.chat_id = json_extract(m.value, '$[1]') AND n.thread = json_extract(m.value, '$[2]')
  AND n.state = 'due' AND n.reason <> json_extract(m.value, '$[3]')
ON CONFLICT DO NOTHING;
