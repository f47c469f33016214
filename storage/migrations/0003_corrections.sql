-- What becomes of a message after it was sent: corrections, withdrawals, one story of two sources, recalls.

ALTER TABLE items ADD COLUMN corrected_at BIGINT;             -- when the portal's wording changed last
ALTER TABLE items ADD COLUMN recall TEXT NOT NULL DEFAULT ''; -- an operator took it back: 'mark' or 'delete'
ALTER TABLE items ADD COLUMN recalled_at BIGINT;
ALTER TABLE items ADD COLUMN story INTEGER REFERENCES items (id); -- the item of another source that told it first
CREATE INDEX items_of_story ON items (story) WHERE story IS NOT NULL;

-- A note that is told in the message of another one: the same story of another source, for the same chat and topic.
ALTER TABLE notes ADD COLUMN rides INTEGER REFERENCES notes (id) ON DELETE SET NULL;
CREATE INDEX notes_riding ON notes (rides) WHERE rides IS NOT NULL;

-- JSON [count, part, parts] where the message is (a part of) a list: it is edited as what it was sent.
ALTER TABLE messages ADD COLUMN listed TEXT NOT NULL DEFAULT '';

-- What a message owes: to show its items as they are now. One row a message, however often they change; `made` counts.
CREATE TABLE edits (
    message_id  INTEGER PRIMARY KEY REFERENCES messages (id),
    state       TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sending', 'done', 'left')),
    due_at      BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    lease_by    TEXT NOT NULL DEFAULT '',
    attempt     INTEGER NOT NULL DEFAULT 0,
    plain       INTEGER NOT NULL DEFAULT 0,       -- the first way (markup, deletion) was refused
    made        INTEGER NOT NULL DEFAULT 0,
    decided_at  BIGINT
);
CREATE INDEX edits_due ON edits (due_at, message_id) WHERE state = 'due';
CREATE INDEX edits_sending ON edits (message_id) WHERE state = 'sending';
CREATE INDEX edits_decided ON edits (decided_at) WHERE decided_at IS NOT NULL;

-- Items that a list has left out although older neighbours are still in it: the portal may have withdrawn them.
CREATE TABLE absences (
    item_id   INTEGER PRIMARY KEY REFERENCES items (id),
    source_id TEXT NOT NULL REFERENCES sources (id) ON UPDATE CASCADE,
    since     BIGINT NOT NULL,
    missed    INTEGER NOT NULL DEFAULT 1,         -- good readings in a row
    look_at   INTEGER NOT NULL                    -- its address is asked when it was missed so often
);
CREATE INDEX absences_of_source ON absences (source_id);
