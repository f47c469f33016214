-- name: put_source(id, title)!
INSERT INTO sources (id, title) VALUES (:id, :title)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, kind = CASE sources.kind WHEN 'archive' THEN '' ELSE sources.kind END;

-- name: has_source(id)$
SELECT count(*) FROM sources WHERE id = :id;

-- name: rename_source(was, id)!
-- Items and keys go along (ON UPDATE CASCADE).
UPDATE sources SET id = :id WHERE id = :was;

-- name: hand_over_keys(was, id)!
INSERT INTO item_keys (source_id, key, item_id)
SELECT :id, key, item_id FROM item_keys WHERE source_id = :was
ON CONFLICT DO NOTHING;

-- name: drop_keys(was)!
DELETE FROM item_keys WHERE source_id = :was;

-- name: hand_over_items(was, id)!
UPDATE items SET source_id = :id WHERE source_id = :was;

-- name: drop_source(was)!
DELETE FROM sources WHERE id = :was;

-- name: hand_over_follows(was, id)!
INSERT INTO follows (chat_id, thread, source_id, since)
SELECT chat_id, thread, :id, since FROM follows WHERE source_id = :was
ON CONFLICT (chat_id, thread, source_id) DO UPDATE SET since = min(since, excluded.since);

-- name: drop_follows(was)!
DELETE FROM follows WHERE source_id = :was;

-- name: hand_over_watches(was, id)!
UPDATE OR IGNORE watches
SET sources = (SELECT json_group_array(id) FROM (
        SELECT DISTINCT CASE value WHEN :was THEN :id ELSE value END AS id FROM json_each(watches.sources) ORDER BY 1))
WHERE EXISTS (SELECT 1 FROM json_each(watches.sources) WHERE value = :was);

-- name: hand_over_reasons(was, id)!
UPDATE notes SET reason = 'follow:' || :id WHERE state = 'due' AND reason = 'follow:' || :was;

-- name: followed_without(configured)
-- Sources that have followers but are not in the configuration any more.
SELECT DISTINCT source_id FROM follows
WHERE source_id <> '*' AND source_id NOT IN (SELECT value FROM json_each(:configured))
ORDER BY source_id;

-- name: source(id)^
SELECT * FROM sources WHERE id = :id;

-- name: all_sources()
SELECT * FROM sources ORDER BY id;

-- name: sources_due(now, ids)
SELECT id FROM sources
WHERE id IN (SELECT value FROM json_each(:ids)) AND paused = 0 AND next_poll_at <= :now
ORDER BY next_poll_at, id;

-- name: set_paused(id, paused)!
UPDATE sources SET paused = :paused WHERE id = :id;

-- name: set_told(id)!
UPDATE sources SET trouble_told = 1 WHERE id = :id;

-- name: put_archive(id)!
-- A source that only an import knows.
INSERT INTO sources (id, title, kind) VALUES (:id, :id, 'archive')
ON CONFLICT DO NOTHING;
