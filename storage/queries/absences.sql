-- name: listed_before(id)$
SELECT listed FROM sources WHERE id = :id;

-- name: drop_present(source_id, present)!
DELETE FROM absences WHERE source_id = :source_id AND item_id IN (SELECT value FROM json_each(:present));

-- name: miss_again(source_id)!
UPDATE absences SET missed = missed + 1 WHERE source_id = :source_id;

-- name: drop_outgrown(source_id, present)!
-- The list ends before them by now: whatever is that old is gone from it.
DELETE FROM absences
WHERE source_id = :source_id
  AND NOT EXISTS (SELECT 1 FROM json_each(:present) p JOIN items o ON o.id = p.value JOIN items x ON x.id = absences.item_id
                  WHERE (o.sort_at, o.id) < (x.sort_at, x.id));

-- name: miss(items, source_id, now, look_at)!
INSERT INTO absences (item_id, source_id, since, look_at)
SELECT i.id, :source_id, :now, :look_at FROM items i
WHERE i.id IN (SELECT value FROM json_each(:items)) AND i.withdrawn_at IS NULL AND i.held = '' AND i.url IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: restore(present)
UPDATE items SET withdrawn_at = NULL, revision = revision + 1
WHERE id IN (SELECT value FROM json_each(:present)) AND withdrawn_at IS NOT NULL
RETURNING id;

-- name: revive(items, why, now)
-- What was not sent because the item was withdrawn is owed again with it.
UPDATE notes SET state = 'due', why = '', decided_at = NULL, due_at = :now
WHERE item_id IN (SELECT value FROM json_each(:items)) AND state = 'cancelled' AND why = :why
  AND EXISTS (SELECT 1 FROM chats c WHERE c.id = notes.chat_id AND c.paused = '')
RETURNING id;

-- name: enter_revived(ids, now)!
INSERT INTO ledger (at, note_id, chat_id, attempt, verdict, why)
SELECT :now, id, chat_id, attempt, 'revived', 'the portal lists it again' FROM notes
WHERE id IN (SELECT value FROM json_each(:ids));

-- name: any_absent(source_id)$
SELECT EXISTS (SELECT 1 FROM absences WHERE source_id = :source_id);

-- name: to_look_at(source_id, most)
SELECT item_id FROM absences WHERE source_id = :source_id AND missed >= look_at ORDER BY missed, item_id LIMIT :most;

-- name: look_later(item_id, since)!
UPDATE absences SET look_at = 2 * missed WHERE item_id = :item_id AND since >= :since;

-- name: drop_absence(item_id, since)!
DELETE FROM absences WHERE item_id = :item_id AND since < :since;

-- name: withdraw(item_id, now)!
UPDATE items SET withdrawn_at = :now, revision = revision + 1 WHERE id = :item_id AND withdrawn_at IS NULL;

-- name: cancel_due_of_item(item_id, why, now)
-- Not where another source still tells the story in the same message.
UPDATE notes SET state = 'cancelled', why = :why, decided_at = :now, lease_until = 0, lease_by = ''
WHERE item_id = :item_id AND state = 'due' AND NOT EXISTS (SELECT 1 FROM notes r WHERE r.rides = notes.id)
RETURNING id;
