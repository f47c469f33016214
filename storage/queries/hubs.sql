-- name: hub_of(id)^
SELECT * FROM hubs WHERE source_id = :id;

-- name: hubs_to_ask(now)
SELECT h.* FROM hubs h JOIN sources s ON s.id = h.source_id
WHERE h.ask_at <= :now AND s.configured = 1 AND s.paused = 0 ORDER BY h.ask_at LIMIT 50;

-- name: leases(now)
SELECT * FROM hubs WHERE lease_until > :now ORDER BY source_id;

-- name: ask_hub_again(id, at)!
UPDATE hubs SET ask_at = :at WHERE source_id = :id;

-- name: agree(id, until, again)!
UPDATE hubs SET lease_until = :until, ask_at = :again WHERE source_id = :id;

-- name: hasten_source(id)!
UPDATE sources SET next_poll_at = 0 WHERE id = :id AND configured = 1;
