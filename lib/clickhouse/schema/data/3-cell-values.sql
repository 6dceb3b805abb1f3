-- Which values stand in which columns, found by their normalised form, so that a question's words can be
-- linked to a column by what is in it.
CREATE TABLE IF NOT EXISTS cell_values
(
    `dataset_id` LowCardinality(String),
    `column` String,
    -- As it is written in the table.
    `value` String,
    `phrase` String,
    -- Rows of the table that hold it.
    `rows` UInt32
)
ENGINE = MergeTree
ORDER BY (phrase, dataset_id, `column`)
SETTINGS index_granularity = 512;
