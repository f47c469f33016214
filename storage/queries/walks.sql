-- name: walk(source_id)^
SELECT * FROM walks WHERE source_id = :source_id;

-- name: put_walk(source_id, began_url, since, next_page, pages, items, newest_at, oldest_at)!
INSERT INTO walks (source_id, began_url, since, next_page, pages, items, newest_at, oldest_at)
VALUES (:source_id, :began_url, :since, :next_page, :pages, :items, :newest_at, :oldest_at)
ON CONFLICT (source_id) DO UPDATE
SET began_url = excluded.began_url, since = excluded.since, next_page = excluded.next_page, pages = excluded.pages, items = excluded.items,
    newest_at = excluded.newest_at, oldest_at = excluded.oldest_at;

-- name: put_walk_page(source_id, url, listed)!
INSERT INTO walk_pages (source_id, url, listed) VALUES (:source_id, :url, :listed) ON CONFLICT DO NOTHING;

-- name: was_there(source_id, url, listed)$
SELECT count(*) FROM walk_pages WHERE source_id = :source_id AND (url = :url OR listed = :listed);

-- name: drop_walk(source_id)!
DELETE FROM walks WHERE source_id = :source_id;
