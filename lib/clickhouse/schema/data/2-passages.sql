CREATE TABLE IF NOT EXISTS passages
(
    `dataset_id` LowCardinality(String),
    -- Counts from 1 within the dataset.
    `passage_id` UInt32,
    `document` String,
    -- The headings above it, outermost first, joined by " › ".
    `heading` String,
    -- Counts from 1 within the document.
    `position` UInt32,
    -- 0 where the format has no pages.
    `page` UInt32,
    `text` String CODEC(ZSTD(3)),
    -- Stems of text, title and headings together: the length in BM25.
    `terms` UInt32
)
ENGINE = MergeTree
ORDER BY (dataset_id, passage_id)
-- A search reads a handful of single passages: small granules keep that to a few KB each.
SETTINGS index_granularity = 256;

-- One row for each stem of each passage, so that a search reads the stretches of its terms and nothing else.
CREATE TABLE IF NOT EXISTS postings
(
    `term` String,
    `dataset_id` LowCardinality(String),
    `passage_id` UInt32,
    -- How often; a Float because a stem of a title may count for more or less than one of the text.
    `tf` Float32,
    -- The passage's length, repeated here so that scoring needs no join.
    `length` UInt32
)
ENGINE = MergeTree
ORDER BY (term, dataset_id, passage_id)
SETTINGS index_granularity = 1024;
