-- name: use_wal()^
-- Kept in the file. Where others have it open at that moment, SQLite does not wait but says that it is locked.
PRAGMA journal_mode = WAL;

-- name: settle_writer#
-- FULL: a commit survives a power cut, which is what "marked before the request leaves" rests on.
-- busy: the chats that the next claim leaves out; noted change by change, since thousands of them cost more than the claim.
-- secure_delete: what /forget erases is overwritten. No mmap: a file that is cut short would end the process.
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -8000;
PRAGMA journal_size_limit = 67108864;
CREATE TEMP TABLE busy (chat_id INTEGER PRIMARY KEY);

-- name: settle_bulk#
-- NORMAL: a power cut may take the last commits back, whole. The pages in memory are those that keys are strewn over.
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -64000;
PRAGMA wal_autocheckpoint = 8000;

-- name: settle_reader#
PRAGMA query_only = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -4000;

-- name: begin_read()!
BEGIN;

-- name: begin_write()!
BEGIN IMMEDIATE;

-- name: commit_write()!
COMMIT;

-- name: roll_back()!
ROLLBACK;

-- name: tables()
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\';

-- name: make_migrations()!
CREATE TABLE IF NOT EXISTS migrations (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);

-- name: applied_migrations()
SELECT number FROM migrations ORDER BY number;

-- name: note_migration(number, name)!
INSERT INTO migrations (number, name, applied_at) VALUES (:number, :name, strftime('%s', 'now') * 1000);

-- name: fold_wal()^
-- The row says (busy, frames, moved); afterwards the WAL holds nothing.
PRAGMA wal_checkpoint(TRUNCATE);

-- name: copy_into(path)!
VACUUM INTO :path;

-- name: integrity()
SELECT * FROM pragma_integrity_check(10);

-- name: dangling()
SELECT "table" FROM pragma_foreign_key_check;

-- name: pulse()$
SELECT count(*) FROM (SELECT number FROM migrations LIMIT 1);
