-- Who is signed in, one row a session. The cookie's id is not here, only its hash; a new state of a session is one
-- inserted row, and a session that was ended stays as a row that says so until its time is over.
CREATE TABLE IF NOT EXISTS sessions
(
    -- SHA-256 of the cookie's id, in hex.
    `id_hash` String,
    `role` Enum8('read' = 1, 'full' = 2),
    -- Of the token that it was made with: another token ends it.
    `token_digest` String,
    `made_at` DateTime64(3, 'UTC'),
    `used_at` DateTime64(3, 'UTC'),
    `ends_at` DateTime64(3, 'UTC'),
    `ended` UInt8,
    `version` UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id_hash
TTL toDateTime(ends_at) + INTERVAL 1 DAY;
