-- name: count_update(update_id)$
SELECT count(*) FROM updates WHERE update_id = :update_id;

-- name: take_update(update_id, now)!
INSERT INTO updates (update_id, taken_at) VALUES (:update_id, :now) ON CONFLICT DO NOTHING;

-- name: drop_updates(before)!
DELETE FROM updates WHERE taken_at < :before;
