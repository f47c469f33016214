-- name: portals_due(ids, now, most)
-- Portals whose news are read and well: one that is in trouble is left alone.
SELECT s.id FROM json_each(:ids) j CROSS JOIN sources s LEFT JOIN portals p ON p.source_id = s.id
WHERE s.id = j.value AND s.baseline_at IS NOT NULL AND s.trouble IS NULL AND s.paused = 0 AND coalesce(p.next_at, 0) <= :now
ORDER BY coalesce(p.next_at, 0), j.key LIMIT :most;

-- name: known_portals()
SELECT source_id FROM portals;

-- name: portal(id)^
SELECT * FROM portals WHERE source_id = :id;

-- name: portals_of(ids)
SELECT p.* FROM json_each(:ids) j CROSS JOIN portals p WHERE p.source_id = j.value AND p.read_at IS NOT NULL ORDER BY j.key;

-- name: put_portal(id, home, about, links, albums, has_albums, now, next_at)!
-- A portlet that is missing this time says nothing: what it said before stays.
INSERT INTO portals (source_id, home, about, links, albums, baseline_at, read_at, next_at)
VALUES (:id, :home, :about, :links, :albums, CASE WHEN :has_albums THEN :now END, :now, :next_at)
ON CONFLICT (source_id) DO UPDATE
SET home = excluded.home, read_at = excluded.read_at, next_at = excluded.next_at, failures = 0,
    about = CASE excluded.about WHEN '' THEN about ELSE excluded.about END,
    links = CASE excluded.links WHEN '[]' THEN links ELSE excluded.links END,
    albums = CASE excluded.albums WHEN '[]' THEN albums ELSE excluded.albums END,
    baseline_at = coalesce(baseline_at, excluded.baseline_at);

-- name: postpone_portal(id, next_at)!
INSERT INTO portals (source_id, next_at) VALUES (:id, :next_at)
ON CONFLICT (source_id) DO UPDATE SET next_at = excluded.next_at;

-- name: fail_portal(id, next_at)!
INSERT INTO portals (source_id, next_at, failures) VALUES (:id, :next_at, 1)
ON CONFLICT (source_id) DO UPDATE SET next_at = excluded.next_at, failures = failures + 1;

-- name: set_pictures(id, pictures)!
UPDATE items SET pictures = :pictures WHERE id = :id;

-- name: rename_album(id, title, now)!
UPDATE items SET title = :title, revision = revision + 1, corrected_at = :now WHERE id = :id;

-- name: owe_albums(items, suffix, priority, now)!
-- Only to those who asked for albums: a follow of every source is one of news.
INSERT INTO notes (chat_id, thread, item_id, reason, priority, owed_at, due_at)
SELECT f.chat_id, f.thread, i.id, 'follow:' || f.source_id, :priority, :now, :now
FROM items i CROSS JOIN follows f CROSS JOIN chats c
WHERE i.id IN (SELECT value FROM json_each(:items)) AND i.held = ''
  AND f.source_id = i.source_id || :suffix AND f.since <= i.first_seen_at
  AND c.id = f.chat_id AND c.paused = ''
ON CONFLICT DO NOTHING;
