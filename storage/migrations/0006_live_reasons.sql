-- A watch of some sources asks for the items of those alone, also where an item was owed before it was narrowed.

DROP VIEW live_further_reasons;
DROP VIEW live_reasons;

CREATE VIEW live_reasons AS
SELECT n.id AS note_id, n.reason AS reason
FROM notes n
WHERE n.reason LIKE 'push:%'
   OR EXISTS (SELECT 1 FROM follows f WHERE n.reason LIKE 'follow:%' AND f.chat_id = n.chat_id AND f.thread = n.thread
              AND f.source_id IN (substr(n.reason, 8), '*'))
   OR EXISTS (SELECT 1 FROM watches w WHERE n.reason LIKE 'watch:%' AND w.chat_id = n.chat_id AND w.thread = n.thread
              AND w.query = substr(n.reason, 7)
              AND (w.sources = '[]' OR EXISTS (SELECT 1 FROM items i CROSS JOIN json_each(w.sources) s
                                               WHERE i.id = n.item_id AND s.value = i.source_id)));

-- A reason may have been lent by a note that rides along: then the source is that of its item.
CREATE VIEW live_further_reasons AS
SELECT r.note_id AS note_id, r.reason AS reason
FROM note_reasons r JOIN notes n ON n.id = r.note_id
WHERE EXISTS (SELECT 1 FROM follows f WHERE r.reason LIKE 'follow:%' AND f.chat_id = n.chat_id AND f.thread = n.thread
              AND f.source_id IN (substr(r.reason, 8), '*'))
   OR EXISTS (SELECT 1 FROM watches w WHERE r.reason LIKE 'watch:%' AND w.chat_id = n.chat_id AND w.thread = n.thread
              AND w.query = substr(r.reason, 7)
              AND (w.sources = '[]' OR EXISTS (SELECT 1 FROM notes t CROSS JOIN items i CROSS JOIN json_each(w.sources) s
                                               WHERE (t.id = n.id OR t.rides = n.id) AND i.id = t.item_id
                                                 AND s.value = i.source_id)));
