"""Writes the Parquet seeds, and what has to be found in them, into the folder parquet/ beside this script.

Run by hand with pyarrow 26 (`pip install pyarrow==26.0.1`) when a type or an encoding is added; the files are kept
in the repository, so that the values were written by another implementation than the one that reads them.
"""

import datetime as dt
import json
import pathlib
import random
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(__file__).parent / "parquet"
RANDOM = random.Random(8)
WORDS = "station bicycle Straße café rack lock Москва 東京 evening, \"quoted\" 007".split(" ")


def text():
    return "s " + " ".join(RANDOM.choice(WORDS) for _ in range(RANDOM.randint(1, 4)))


def moment(digits):
    seconds = RANDOM.randint(0, 4_000_000_000)
    micros = RANDOM.randint(0, 10**digits - 1) * 10 ** (6 - digits)
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds, microseconds=micros)


def decimal(precision, scale):
    return Decimal(RANDOM.randint(-(10**precision) + 1, 10**precision - 1)).scaleb(-scale)


# name: (arrow type, a value)
TYPES = {
    "int8": (pa.int8(), lambda: RANDOM.randint(-128, 127)),
    "int16": (pa.int16(), lambda: RANDOM.randint(-(2**15), 2**15 - 1)),
    "int32": (pa.int32(), lambda: RANDOM.randint(-(2**31), 2**31 - 1)),
    "int64": (pa.int64(), lambda: RANDOM.randint(-(2**63), 2**63 - 1)),
    "uint8": (pa.uint8(), lambda: RANDOM.randint(0, 255)),
    "uint16": (pa.uint16(), lambda: RANDOM.randint(0, 2**16 - 1)),
    "uint32": (pa.uint32(), lambda: RANDOM.randint(0, 2**32 - 1)),
    "uint64": (pa.uint64(), lambda: RANDOM.randint(0, 2**64 - 1)),
    "double": (pa.float64(), lambda: RANDOM.randint(-9999, 9999) + 0.125),
    "float": (pa.float32(), lambda: RANDOM.randint(-9999, 9999) + 0.5),
    "bool": (pa.bool_(), lambda: RANDOM.random() < 0.5),
    "text": (pa.string(), text),
    "date": (pa.date32(), lambda: dt.date(1970, 1, 1) + dt.timedelta(days=RANDOM.randint(0, 40_000))),
    "millis": (pa.timestamp("ms", tz="UTC"), lambda: moment(3)),
    "micros": (pa.timestamp("us", tz="UTC"), lambda: moment(6)),
    "decimal9": (pa.decimal128(9, 2), lambda: decimal(9, 2)),
    "decimal18": (pa.decimal128(18, 4), lambda: decimal(18, 4)),
    "decimal38": (pa.decimal128(38, 10), lambda: decimal(38, 10)),
}


def cell(value):
    """As ClickHouse prints it, without the zeros at a fraction's end."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".")
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value)


def table(names, rows, nulls=0.1):
    columns = {}
    for name in names:
        arrow_type, make = TYPES[name]
        values = [None if nulls and row > 0 and RANDOM.random() < nulls else make() for row in range(rows)]
        columns[name] = (pa.array(values, arrow_type), values)
    arrow = pa.table({name: array for name, (array, _) in columns.items()})
    cells = [[cell(columns[name][1][row]) for name in names] for row in range(rows)]
    return arrow, cells


INTS = ["int8", "int16", "int32", "int64"]
UINTS = ["uint8", "uint16", "uint32", "uint64"]
MIXED = ["int32", "text", "double", "bool", "date"]
DECIMALS = ["decimal9", "decimal18", "decimal38"]
TIMES = ["date", "millis", "micros"]
PLAIN = {"use_dictionary": False}

# name: (columns, rows, options of write_table)
SEEDS = {
    "ints": (INTS, 30, {}),
    "uints": (UINTS, 30, {}),
    "floats": (["double", "float"], 30, PLAIN),
    "texts": (["text"], 40, PLAIN),
    "texts-dictionary": (["text", "int8"], 40, {"use_dictionary": True}),
    "bools": (["bool", "int32"], 70, PLAIN),
    "times": (TIMES, 30, {}),
    "int96": (["micros"], 20, {"use_deprecated_int96_timestamps": True}),
    "decimals-fixed": (DECIMALS, 25, {}),
    "decimals-int": (["decimal9", "decimal18"], 25, {"store_decimal_as_integer": True}),
    "codec-none": (MIXED, 40, {"compression": "none"}),
    "codec-snappy": (MIXED, 40, {"compression": "snappy"}),
    "codec-gzip": (MIXED, 40, {"compression": "gzip"}),
    "codec-zstd": (MIXED, 40, {"compression": "zstd"}),
    "codec-lz4": (MIXED, 40, {"compression": "lz4"}),
    "codec-brotli": (MIXED, 40, {"compression": "brotli"}),
    "pages-v2": (MIXED, 40, {"data_page_version": "2.0", "compression": "zstd"}),
    "pages-v2-snappy": (MIXED, 40, {"data_page_version": "2.0"}),
    "small-pages": (["text", "int64"], 60, {"data_page_size": 64, "write_batch_size": 8, **PLAIN}),
    "row-groups": (["text", "int16"], 60, {"row_group_size": 13}),
    "delta-ints": (["int32", "int64"], 50, {"column_encoding": "DELTA_BINARY_PACKED", **PLAIN}),
    "delta-texts": (["text"], 40, {"column_encoding": "DELTA_BYTE_ARRAY", **PLAIN}),
    "delta-lengths": (["text"], 40, {"column_encoding": "DELTA_LENGTH_BYTE_ARRAY", **PLAIN}),
    "split-floats": (["double", "float"], 40, {"column_encoding": "BYTE_STREAM_SPLIT", **PLAIN}),
    "no-statistics": (MIXED, 20, {"write_statistics": False, "store_schema": False}),
    "page-index": (MIXED, 20, {"write_page_index": True, "write_page_checksum": True}),
    "version-1": (MIXED, 20, {"version": "1.0"}),
    "one-row": (MIXED + UINTS, 1, {}),
}

FOLDER.mkdir(exist_ok=True)
for old in FOLDER.iterdir():
    old.unlink()
expected = {}
for name, (columns, rows, options) in SEEDS.items():
    arrow, cells = table(columns, rows)
    pq.write_table(arrow, FOLDER / f"{name}.parquet", **{"store_schema": False, **options})
    expected[name] = {"columns": columns, "rows": cells}
(FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")
print(sum(file.stat().st_size for file in FOLDER.iterdir()), "bytes in", len(SEEDS), "files")
