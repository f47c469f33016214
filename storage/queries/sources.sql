-- name: put_sources*!
-- Where the address, kind or layout is another than before, what the portal said of its state there means nothing any more.
INSERT INTO sources (id, title, asked, host, configured) VALUES (:id, :title, :asked, :host, 1)
ON CONFLICT (id) DO UPDATE
SET title = excluded.title, host = excluded.host, configured = 1, asked = excluded.asked,
    kind = CASE WHEN sources.kind = 'archive' OR sources.asked NOT IN ('', excluded.asked) THEN '' ELSE sources.kind END,
    etag = CASE WHEN sources.asked IN ('', excluded.asked) THEN sources.etag ELSE '' END,
    last_modified = CASE WHEN sources.asked IN ('', excluded.asked) THEN sources.last_modified ELSE '' END,
    feed_url = CASE WHEN sources.asked IN ('', excluded.asked) THEN sources.feed_url ELSE '' END,
    next_poll_at = CASE WHEN sources.asked IN ('', excluded.asked) THEN sources.next_poll_at ELSE 0 END,
    changed = CASE WHEN sources.asked IN ('', excluded.asked) OR sources.baseline_at IS NULL THEN sources.changed ELSE 1 END;

-- name: leave_out(configured)!
UPDATE sources SET configured = 0
WHERE configured = 1 AND id NOT IN (SELECT value FROM json_each(:configured));

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

-- name: followed_without(configured, suffix)
-- Sources that have followers but are not in the configuration any more.
SELECT DISTINCT source_id FROM follows
WHERE source_id <> '*' AND replace(source_id, :suffix, '') NOT IN (SELECT value FROM json_each(:configured))
ORDER BY source_id;

-- name: source(id)^
SELECT * FROM sources WHERE id = :id;

-- name: sources_after(id, most)
SELECT * FROM sources WHERE id > :id ORDER BY id LIMIT :most;

-- name: sources_due(now, busy, most)
SELECT id FROM sources INDEXED BY sources_due
WHERE configured = 1 AND paused = 0 AND next_poll_at <= :now AND host NOT IN (SELECT value FROM json_each(:busy))
ORDER BY next_poll_at, rowid LIMIT :most;

-- name: unchanged*!
-- A good reading that found what was known already.
UPDATE sources
SET last_attempt_at = :now, last_success_at = :now, next_poll_at = :next_poll_at, failures = 0, trouble = NULL, trouble_since = NULL
WHERE id = :id;

-- name: orphans(configured, suffix)
-- Followers of sources, or of the albums of sources, that are configured no more.
SELECT f.source_id, c.id AS chat_id, c.kind, c.title
FROM follows f JOIN chats c ON c.id = f.chat_id
WHERE f.source_id <> '*' AND replace(f.source_id, :suffix, '') NOT IN (SELECT value FROM json_each(:configured))
GROUP BY f.source_id, c.id ORDER BY f.source_id, c.id;

-- name: set_paused(id, paused)!
UPDATE sources SET paused = :paused WHERE id = :id;

-- name: set_told(id, told)!
UPDATE sources SET trouble_told = :told WHERE id = :id;

-- name: untold(failures)
-- What operators do not know yet: a trouble that lasts, its end, a silence.
SELECT * FROM sources
WHERE configured = 1 AND paused = 0 AND (
    (trouble IS NOT NULL AND trouble_told = 0 AND failures >= :failures)
    OR (trouble IS NULL AND trouble_told = 1)
    OR (silent_since IS NOT NULL AND silence_told = 0 AND trouble IS NULL))
ORDER BY id;

-- name: set_silence_told(id)!
UPDATE sources SET silence_told = 1 WHERE id = :id;

-- name: rhythms(after, most)
-- Of each configured source the times of its newest items, as many as show its habit.
SELECT s.id, s.silent_since, (
    SELECT json_group_array(at) FROM (
        SELECT DISTINCT i.sort_at AS at FROM items i
        WHERE i.source_id = s.id AND i.held <> 'dropped' AND i.pictures = '' ORDER BY i.sort_at DESC LIMIT 30)) AS times
FROM sources s WHERE s.configured = 1 AND s.id > :after ORDER BY s.id LIMIT :most;

-- name: set_silent(id, since)!
UPDATE sources SET silent_since = :since, silence_told = 0 WHERE id = :id AND silent_since IS NOT :since;

-- name: put_archive(id)!
-- A source that only an import knows.
INSERT INTO sources (id, title, kind) VALUES (:id, :id, 'archive')
ON CONFLICT DO NOTHING;
