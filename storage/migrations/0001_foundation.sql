-- The house's tables. Instants are milliseconds since 1970 UTC, states are words under a CHECK, ids of chats are ours.
-- AUTOINCREMENT where rows are deleted: a claim, a button or a watch index may still hold the id of one that is gone.

CREATE TABLE sources (
    id              TEXT PRIMARY KEY,
    title           TEXT NOT NULL DEFAULT '',
    kind            TEXT NOT NULL DEFAULT '' CHECK (kind IN ('', 'feed', 'page', 'archive')),
    feed_url        TEXT NOT NULL DEFAULT '',
    etag            TEXT NOT NULL DEFAULT '',
    last_modified   TEXT NOT NULL DEFAULT '',
    hosts           TEXT NOT NULL DEFAULT '[]',   -- JSON: hosts of the baseline's links
    listed          TEXT NOT NULL DEFAULT '[]',   -- JSON: ids of the items that the last good reading listed, in order
    baseline_at     BIGINT,                       -- the first good reading; it owed nothing
    next_poll_at    BIGINT NOT NULL DEFAULT 0,
    last_attempt_at BIGINT,
    last_success_at BIGINT,
    last_item_at    BIGINT,
    failures        INTEGER NOT NULL DEFAULT 0,
    trouble         TEXT,                         -- JSON of Trouble
    trouble_since   BIGINT,
    trouble_told    INTEGER NOT NULL DEFAULT 0,   -- operators are told once, and once of the end
    paused          INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE items (
    id            INTEGER PRIMARY KEY,
    source_id     TEXT NOT NULL REFERENCES sources (id) ON UPDATE CASCADE,
    title         TEXT NOT NULL,
    url           TEXT,
    summary       TEXT,
    body          TEXT,
    author        TEXT,
    image_url     TEXT,
    image_caption TEXT,
    guid          TEXT,
    attachments   TEXT NOT NULL DEFAULT '[]',     -- JSON: [{"title", "url"}]
    published_at  BIGINT,
    date_only     INTEGER NOT NULL DEFAULT 0,
    first_seen_at BIGINT NOT NULL,
    sort_at       BIGINT NOT NULL,                -- published, or first seen where that is unknown or lies ahead
    revision      INTEGER NOT NULL DEFAULT 1,     -- a counter, not a hash: A -> B -> A is two corrections
    held          TEXT NOT NULL DEFAULT '',       -- why it waits for an operator; 'dropped' once one let it go
    origin        TEXT NOT NULL DEFAULT 'poll' CHECK (origin IN ('poll', 'baseline', 'backfill', 'import')),
    withdrawn_at  BIGINT
);
CREATE INDEX items_newest ON items (sort_at DESC, id DESC);
CREATE INDEX items_of_source ON items (source_id, sort_at DESC, id DESC);
CREATE INDEX items_seen ON items (first_seen_at);
CREATE INDEX items_held ON items (id) WHERE held <> '';

-- Never pruned: a key that goes while its item is still listed is a second push.
CREATE TABLE item_keys (
    source_id TEXT NOT NULL REFERENCES sources (id) ON UPDATE CASCADE,
    key       TEXT NOT NULL,
    item_id   INTEGER NOT NULL REFERENCES items (id),
    PRIMARY KEY (source_id, key)
) WITHOUT ROWID;
CREATE INDEX item_keys_of_item ON item_keys (item_id);

CREATE TABLE chats (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    telegram_id BIGINT NOT NULL UNIQUE,
    kind        TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
    title       TEXT NOT NULL DEFAULT '',
    language    TEXT NOT NULL DEFAULT 'vi' CHECK (language IN ('vi', 'en')),
    timezone    TEXT NOT NULL DEFAULT 'Asia/Ho_Chi_Minh',
    quiet_start INTEGER,                          -- minutes after local midnight
    quiet_end   INTEGER,
    paused      TEXT NOT NULL DEFAULT '',         -- why nothing is owed; empty: it is
    paused_at   BIGINT,
    first_seen_at BIGINT NOT NULL
);

CREATE TABLE follows (
    chat_id   INTEGER NOT NULL REFERENCES chats (id),
    thread    BIGINT NOT NULL DEFAULT 0,          -- never NULL: with NULL uniqueness is dead
    source_id TEXT NOT NULL,                      -- '*': every source, now and later
    since     BIGINT NOT NULL,
    PRIMARY KEY (chat_id, thread, source_id)
) WITHOUT ROWID;
CREATE INDEX follows_of_source ON follows (source_id, chat_id, thread, since);

CREATE TABLE watches (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id       INTEGER NOT NULL REFERENCES chats (id),
    thread        BIGINT NOT NULL DEFAULT 0,
    query         TEXT NOT NULL,
    sources       TEXT NOT NULL DEFAULT '[]',     -- JSON of ids; empty: all
    since         BIGINT NOT NULL,
    last_match_at BIGINT,
    UNIQUE (chat_id, thread, query, sources)
);

-- What Telegram took, one row a message; its notes point here.
CREATE TABLE messages (
    id          INTEGER PRIMARY KEY,
    chat_id     INTEGER REFERENCES chats (id),
    thread      BIGINT NOT NULL DEFAULT 0,
    telegram_message_id BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL
);
CREATE INDEX messages_of_chat ON messages (chat_id, sent_at);
CREATE INDEX messages_newest ON messages (sent_at);

-- What is owed: one row for each (chat, thread, item), which is the whole de-duplication policy.
CREATE TABLE notes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id     INTEGER REFERENCES chats (id),    -- NULL once the chat asked to be forgotten
    thread      BIGINT NOT NULL DEFAULT 0,
    item_id     INTEGER NOT NULL REFERENCES items (id),
    reason      TEXT NOT NULL,                    -- 'follow:<source>', 'watch:<query>', 'push:<who>'
    priority    INTEGER NOT NULL,
    state       TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sending', 'sent', 'dead', 'cancelled')),
    owed_at     BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,                  -- a hint: what may go now is decided when it is claimed
    lease_until BIGINT NOT NULL DEFAULT 0,
    lease_by    TEXT NOT NULL DEFAULT '',         -- the process's boot id
    attempt     INTEGER NOT NULL DEFAULT 0,
    tried_at    BIGINT,                           -- when the last attempt was marked, before its request left
    unsure      INTEGER NOT NULL DEFAULT 0,
    plain       INTEGER NOT NULL DEFAULT 0,
    shown       INTEGER,                          -- the revision that the reader sees
    message_id  INTEGER REFERENCES messages (id),
    decided_at  BIGINT,
    why         TEXT NOT NULL DEFAULT '',         -- the last answer or verdict, in words
    UNIQUE (item_id, chat_id, thread)             -- the item first: owing 100,000 chats one item appends to one place
);
-- The claim walks one priority at a time, so that what is due later is never looked at.
CREATE INDEX notes_due ON notes (priority, due_at, id, chat_id, thread, lease_until) WHERE state = 'due';
CREATE INDEX notes_due_of_chat ON notes (chat_id, thread, priority, due_at, id) WHERE state = 'due';
CREATE INDEX notes_sending ON notes (id) WHERE state = 'sending';
CREATE INDEX notes_of_chat ON notes (chat_id);
CREATE INDEX notes_of_message ON notes (message_id) WHERE message_id IS NOT NULL;

-- Further reasons of a note, where more than one follow or watch wants the item: ending one of them keeps the note.
CREATE TABLE note_reasons (
    note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    reason  TEXT NOT NULL,
    PRIMARY KEY (note_id, reason)
) WITHOUT ROWID;

-- The reasons of a note that still hold: the one that brought it, and further ones. A note without any is wanted no more.
CREATE VIEW live_reasons AS
SELECT n.id AS note_id, n.reason AS reason
FROM notes n
WHERE n.reason LIKE 'push:%'
   OR EXISTS (SELECT 1 FROM follows f WHERE n.reason LIKE 'follow:%' AND f.chat_id = n.chat_id AND f.thread = n.thread
              AND f.source_id IN (substr(n.reason, 8), '*'))
   OR EXISTS (SELECT 1 FROM watches w WHERE n.reason LIKE 'watch:%' AND w.chat_id = n.chat_id AND w.thread = n.thread
              AND w.query = substr(n.reason, 7));

CREATE VIEW live_further_reasons AS
SELECT r.note_id AS note_id, r.reason AS reason
FROM note_reasons r JOIN notes n ON n.id = r.note_id
WHERE EXISTS (SELECT 1 FROM follows f WHERE r.reason LIKE 'follow:%' AND f.chat_id = n.chat_id AND f.thread = n.thread
              AND f.source_id IN (substr(r.reason, 8), '*'))
   OR EXISTS (SELECT 1 FROM watches w WHERE r.reason LIKE 'watch:%' AND w.chat_id = n.chat_id AND w.thread = n.thread
              AND w.query = substr(r.reason, 7));

-- Every attempt and every verdict, one line each: who got what, when, and why not.
CREATE TABLE ledger (
    id      INTEGER PRIMARY KEY,
    at      BIGINT NOT NULL,
    note_id INTEGER NOT NULL REFERENCES notes (id),
    chat_id INTEGER REFERENCES chats (id),
    attempt INTEGER NOT NULL,
    verdict TEXT NOT NULL,                        -- 'sent', 'retry', 'unsure', 'dead', 'cancelled', 'recovered'
    why     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ledger_of_note ON ledger (note_id);
CREATE INDEX ledger_of_chat ON ledger (chat_id, at);

-- A scope that must wait after a 429: 'global' or 'chat:<id>'. The claim reads it; no due time is rewritten.
CREATE TABLE parked (
    scope TEXT PRIMARY KEY,
    until BIGINT NOT NULL
) WITHOUT ROWID;

-- Telegram's updates that were taken, so that a repeated webhook call is answered once.
CREATE TABLE updates (
    update_id BIGINT PRIMARY KEY,
    taken_at  BIGINT NOT NULL
);
CREATE INDEX updates_taken ON updates (taken_at);
