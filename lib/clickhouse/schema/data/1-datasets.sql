-- What the person has loaded, one row a name. A new version of a name is one inserted row, so a reader sees
-- the old version or the new one, never both or none. A deleted dataset stays as a row that says so.
CREATE TABLE IF NOT EXISTS datasets
(
    `name` String,
    -- Of this version: its table is t_<id>, its passages and values carry it.
    `id` String,
    `kind` Enum8('table' = 1, 'documents' = 2),
    -- Name of the physical table; empty for documents.
    `source` String,
    `files` Array(String),
    `rows` UInt64,
    `passages` UInt64,
    -- Stems in all passages: BM25's average length is terms / passages.
    `terms` UInt64,
    -- JSON: [{name, type, distinct}] in the order of the file.
    `columns` String,
    `bytes` UInt64,
    `created_at` DateTime64(3, 'UTC'),
    `version` UInt64,
    `deleted` UInt8
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name;

-- Versions that nobody should start to read any more. Their rows go once no question can still be reading.
CREATE TABLE IF NOT EXISTS retired_datasets
(
    `id` String,
    `retired_at` DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY id
TTL toDateTime(retired_at) + INTERVAL 30 DAY;
