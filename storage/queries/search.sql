-- name: search_sources()
SELECT number, source_id FROM search_sources;

-- name: numbers_of(ids)
-- A source that two became one of has two numbers: new items go to the first.
SELECT source_id, min(number) AS number FROM search_sources
WHERE source_id IN (SELECT value FROM json_each(:ids)) GROUP BY source_id;

-- name: add_search_source(source_id)$
INSERT INTO search_sources (source_id) VALUES (:source_id) RETURNING number;

-- name: are_ids_within(lowest, highest)$
SELECT EXISTS (SELECT 1 FROM search_documents WHERE search_id > :lowest AND search_id <= :highest);

-- name: lowest_search_ids(highest, room)
-- The lowest id that is taken in each second, for the second's highest possible id.
SELECT value AS highest,
       (SELECT min(search_id) FROM search_documents WHERE search_id <= value AND search_id > value - :room) AS lowest
FROM json_each(:highest);

-- name: documents_of(ids)
-- The index holds no documents of older editions.
SELECT search_id, source, toned, edition FROM search_documents
WHERE item_id IN (SELECT value FROM json_each(:ids)) AND edition >= 3;

-- name: is_indexed(item_id)$
SELECT 1 FROM search_documents WHERE item_id = :item_id;

-- name: put_documents*!
-- By their places, as the two below: by name each parameter is looked up, a hundred thousand times in a batch.
INSERT INTO search_documents (search_id, item_id, source, toned, edition) VALUES (?, ?, ?, CAST(? AS TEXT), 4);

-- name: index_documents*!
INSERT INTO search_index (rowid, words) VALUES (?, CAST(? AS TEXT));

-- name: forget_documents*!
-- A contentless index is told what it is to forget.
INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', ?, CAST(? AS TEXT));

-- name: waiting_documents(most)
-- The condition is that of the index search_documents_waiting.
SELECT search_id, source, toned, edition FROM search_documents WHERE edition < 3 ORDER BY search_id LIMIT :most;

-- name: are_waiting()$
SELECT EXISTS (SELECT 1 FROM search_documents WHERE edition < 3);

-- name: documents_before_compounds(most)
-- The condition is that of the index search_documents_before_compounds.
SELECT search_id, source, toned, edition FROM search_documents WHERE edition = 3 ORDER BY search_id LIMIT :most;

-- name: are_before_compounds()$
SELECT EXISTS (SELECT 1 FROM search_documents WHERE edition = 3);

-- name: note_edition(ids)!
UPDATE search_documents SET edition = 4 WHERE search_id IN (SELECT value FROM json_each(:ids));

-- name: note_before_compounds()!
UPDATE search_documents SET edition = 3 WHERE edition = 4;

-- name: newest_texts(most)
-- Of a long text the beginning: what is often in the whole is often there.
SELECT substr(toned, 1, 4096) AS toned FROM search_documents ORDER BY search_id LIMIT :most;

-- name: documents_up_to(most)$
SELECT count(*) FROM (SELECT 1 FROM search_documents LIMIT :most);

-- name: has_compounds()$
SELECT EXISTS (SELECT 1 FROM search_compounds);

-- name: put_compounds(compounds)!
INSERT INTO search_compounds (toned, plain) SELECT key, value FROM json_each(:compounds);

-- name: compounds()$
SELECT json_group_array(toned) FROM search_compounds;

-- name: compounds_of(plains)$
-- In one value: rows would be waited for one by one.
SELECT json_group_array(toned) FROM search_compounds WHERE plain IN (SELECT value FROM json_each(:plains));

-- name: drop_documents(ids)!
DELETE FROM search_documents WHERE item_id IN (SELECT value FROM json_each(:ids));

-- name: meet_words(words)!
INSERT INTO search_words (toned, plain, seen) SELECT key, value, 1 FROM json_each(:words) WHERE true
ON CONFLICT DO NOTHING;

-- name: count_words(words)!
UPDATE search_words SET seen = seen + counted.value FROM json_each(:words) AS counted
WHERE search_words.toned = counted.key;

-- name: span_of_search_ids()^
-- Each is one step at an end of an index; the highest item stands for how many there are.
SELECT (SELECT min(search_id) FROM search_documents) AS lowest,
       (SELECT max(search_id) FROM search_documents) AS highest,
       (SELECT max(item_id) FROM search_documents) AS items;

-- name: found(expression, first, last, most)$
-- A JSON list of ids. They count down with time, so the newest come first.
SELECT json_group_array(search_id) FROM (
    SELECT rowid AS search_id FROM search_index
    WHERE search_index MATCH :expression AND rowid >= :first AND rowid <= :last
    ORDER BY rowid LIMIT :most);

-- name: candidates(expression, first, last, most, a, b, c, d)$
-- A JSON list of ids, of those documents negative that have none of four pieces of text, in UTF-8. All in one value, for
-- a row each costs more than its text; and a text that need not leave the engine costs half of one that does.
SELECT json_group_array(
    CASE WHEN instr(toned, :a) OR instr(toned, :b) OR instr(toned, :c) OR instr(toned, :d)
    THEN search_id ELSE -search_id END)
FROM (
    SELECT d.search_id, CAST(d.toned AS BLOB) AS toned
    FROM search_index f JOIN search_documents d ON d.search_id = f.rowid
    WHERE search_index MATCH :expression AND f.rowid >= :first AND f.rowid <= :last
    ORDER BY f.rowid LIMIT :most);

-- name: texts_of_documents(ids)^
SELECT group_concat(search_id, ' ') AS ids, group_concat(toned, char(10)) AS texts FROM search_documents
WHERE search_id IN (SELECT value FROM json_each(:ids));

-- name: items_of_documents(ids)
SELECT d.search_id, i.*, (SELECT json_group_array(key) FROM item_keys k WHERE k.item_id = i.id) AS keys
FROM search_documents d JOIN items i ON i.id = d.item_id
WHERE d.search_id IN (SELECT value FROM json_each(:ids));

-- name: plain_words_beginning(first, after, most)$
SELECT group_concat(plain, ' ') FROM (
    SELECT DISTINCT plain FROM search_words WHERE plain >= :first AND plain < :after LIMIT :most);

-- name: toned_words_beginning(first, after, most)$
SELECT group_concat(toned, ' ') FROM (
    SELECT toned FROM search_words WHERE plain >= :first AND plain < :after LIMIT :most);

-- name: beginnings(first, after, most)
SELECT DISTINCT substr(plain, 1, 3) AS beginning FROM search_words
WHERE plain >= :first AND plain < :after LIMIT :most;

-- name: words_spelled(plains)$
-- In one value: rows would be waited for one by one.
SELECT json_group_object(toned, seen) FROM search_words WHERE plain IN (SELECT value FROM json_each(:plains));

-- name: commonest_words(most)
SELECT toned, plain, seen FROM search_words ORDER BY seen DESC LIMIT :most;

-- name: merge_later()!
-- At 2,000 pieces the engine refuses more: then it merges after all.
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 0), ('crisismerge', 1900);

-- name: merge_as_usual()!
-- A little with every commit. At 16 pieces of a size the engine would merge them all at once, the whole index perhaps:
-- for a quarter of a minute nobody could write.
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 4), ('crisismerge', 1000);

-- name: is_merged_later()$
SELECT 1 FROM search_index_config WHERE k = 'automerge' AND v = 0;

-- name: merge_index(pages)!
-- A little of the merging that keeps the index in few pieces; negative pages begin to merge all of them.
INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages);

-- name: total_changes()$
SELECT total_changes();
