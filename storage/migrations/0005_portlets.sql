-- What a portal says beside its news, read slowly. A portal is known by its first source in the configuration.

CREATE TABLE portals (
    source_id   TEXT PRIMARY KEY REFERENCES sources (id) ON UPDATE CASCADE ON DELETE CASCADE,
    home        TEXT NOT NULL DEFAULT '',
    about       TEXT NOT NULL DEFAULT '',
    links       TEXT NOT NULL DEFAULT '[]',       -- JSON: [{"title", "url"}]
    albums      TEXT NOT NULL DEFAULT '[]',       -- JSON: ids of the albums' items, as the portal listed them last
    baseline_at BIGINT,                           -- the first reading that had albums; it owed nothing
    read_at     BIGINT,
    next_at     BIGINT NOT NULL,
    failures    INTEGER NOT NULL DEFAULT 0
);

-- An album is an item, so that it is owed, sent and written down as everything else is. What tells it from news is that
-- it has pictures; no list of news, no search and no count of news shows it.
ALTER TABLE items ADD COLUMN pictures TEXT NOT NULL DEFAULT ''; -- JSON: [{"url", "caption"}]; empty: it is no album
CREATE INDEX items_albums ON items (id) WHERE pictures <> '';
