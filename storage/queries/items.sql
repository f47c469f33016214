-- name: known_keys(source_id, keys)
SELECT key, item_id FROM item_keys WHERE source_id = :source_id AND key IN (SELECT value FROM json_each(:keys));

-- name: top_item_id()$
SELECT coalesce(max(id), 0) FROM items;

-- name: insert_items*!
INSERT INTO items (id, source_id, title, url, summary, body, author, image_url, image_caption, guid, attachments,
                   pictures, published_at, date_only, first_seen_at, sort_at, held, withdrawn_at, origin)
VALUES (:id, :source_id, :title, :url, :summary, :body, :author, :image_url, :image_caption, :guid, :attachments,
        :pictures, :published_at, :date_only, :first_seen_at, :sort_at, :held, :withdrawn_at, :origin);

-- name: learn_keys*!
-- The first bearer of a key keeps it.
INSERT INTO item_keys (source_id, key, item_id) VALUES (:source_id, :key, :item_id) ON CONFLICT DO NOTHING;

-- name: items_by_id(ids)
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i WHERE i.id IN (SELECT value FROM json_each(:ids));

-- name: newest(most, offset)
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i WHERE i.held = '' AND i.pictures = '' AND i.withdrawn_at IS NULL
ORDER BY i.sort_at DESC, i.id DESC LIMIT :most OFFSET :offset;

-- name: newest_of(sources, most, offset)
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i
WHERE i.source_id IN (SELECT value FROM json_each(:sources)) AND i.held = '' AND i.pictures = '' AND i.withdrawn_at IS NULL
ORDER BY i.sort_at DESC, i.id DESC LIMIT :most OFFSET :offset;

-- name: held_items()
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i WHERE i.held <> '' AND i.held <> 'dropped' ORDER BY i.id;

-- name: drop_held(id)!
UPDATE items SET held = 'dropped' WHERE id = :id AND held <> '';

-- name: release_held(id)!
UPDATE items SET held = '' WHERE id = :id AND held <> '' AND held <> 'dropped';

-- name: items_after(id, most)
SELECT i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM items i WHERE i.id > :id AND i.pictures = '' ORDER BY i.id LIMIT :most;

-- name: count_items()$
SELECT (SELECT count(*) FROM items) - (SELECT count(*) FROM items WHERE pictures <> '');

-- name: texts_of(ids)
SELECT id, title, summary, held FROM items WHERE id IN (SELECT value FROM json_each(:ids));

-- name: keys_of(ids)
SELECT item_id, key FROM item_keys WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: correct_item(id, title, url, summary, body, author, image_url, image_caption, attachments, step, now)!
-- What the portal leaves out this time stays as it was. The step is 0 where another wording is no correction.
UPDATE items
SET title = :title, url = coalesce(:url, url), summary = coalesce(:summary, summary), body = coalesce(:body, body),
    author = coalesce(:author, author), image_url = coalesce(:image_url, image_url),
    image_caption = coalesce(:image_caption, image_caption),
    attachments = CASE :attachments WHEN '[]' THEN attachments ELSE :attachments END, revision = revision + :step,
    corrected_at = CASE :step WHEN 0 THEN corrected_at ELSE :now END
WHERE id = :id;

-- name: fill_summary(id, summary)!
UPDATE items SET summary = :summary WHERE id = :id AND summary IS NULL;
