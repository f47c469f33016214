-- What corrected items said, revision by revision: whoever was not told of a change that was taken back needs no edit.

CREATE TABLE wordings (
    item_id  INTEGER NOT NULL REFERENCES items (id),
    revision INTEGER NOT NULL,
    digest   TEXT NOT NULL,                       -- of all that a message shows of the item
    PRIMARY KEY (item_id, revision)
) WITHOUT ROWID;

-- What was erased owes nothing: edits of chats that were forgotten before.
DELETE FROM edits WHERE message_id IN (SELECT id FROM messages WHERE chat_id IS NULL);
