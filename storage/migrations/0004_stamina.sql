-- Many sources, politely, and the past.

ALTER TABLE sources ADD COLUMN configured INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN host TEXT NOT NULL DEFAULT '';     -- of the configured address: one request at a time to each
ALTER TABLE sources ADD COLUMN asked TEXT NOT NULL DEFAULT '';    -- JSON: address, kind and layout as they were configured last
ALTER TABLE sources ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- they changed since the last good reading
ALTER TABLE sources ADD COLUMN silent_since BIGINT;               -- the last item, where silence is not its habit
ALTER TABLE sources ADD COLUMN silence_told INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sources_due ON sources (next_poll_at) WHERE configured = 1 AND paused = 0;

-- A walk through a source's archive pages: where it is, so that it goes on there after a crash. Gone once it is at its end.
CREATE TABLE walks (
    source_id TEXT PRIMARY KEY REFERENCES sources (id) ON UPDATE CASCADE ON DELETE CASCADE,
    began_url TEXT NOT NULL,
    since     BIGINT,                             -- what lay before it was left out
    next_page TEXT NOT NULL,
    pages     INTEGER NOT NULL,                   -- read so far
    items     INTEGER NOT NULL,                   -- stored so far
    newest_at BIGINT,
    oldest_at BIGINT
);
-- The pages of a walk; a page that lists exactly what another one listed is a circle.
CREATE TABLE walk_pages (
    source_id TEXT NOT NULL REFERENCES walks (source_id) ON UPDATE CASCADE ON DELETE CASCADE,
    url       TEXT NOT NULL,
    listed    TEXT NOT NULL,                      -- a digest of the items that it lists
    PRIMARY KEY (source_id, url)
) WITHOUT ROWID;
CREATE INDEX walk_pages_listed ON walk_pages (source_id, listed);

-- Feeds whose hub tells of changes (WebSub). The lease is the hub's: until then it tells.
CREATE TABLE hubs (
    source_id   TEXT PRIMARY KEY REFERENCES sources (id) ON UPDATE CASCADE ON DELETE CASCADE,
    hub         TEXT NOT NULL,
    topic       TEXT NOT NULL,                    -- the address under which the hub knows the feed
    ask_at      BIGINT NOT NULL,                  -- when the hub is to be asked, again
    lease_until BIGINT                            -- NULL: it has not agreed
);
CREATE INDEX hubs_ask ON hubs (ask_at);
