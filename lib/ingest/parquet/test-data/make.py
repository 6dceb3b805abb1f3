"""Writes the Parquet files of this folder with pyarrow, and expected.json: every value as the database says it.

    pip install pyarrow==26.0.1 && python3 make.py

What pyarrow does not write (a decimal in BYTE_ARRAY, an ENUM, a BSON, an INTERVAL, Hadoop's LZ4) is put together by
hand below; pyarrow reads those back, and what it reads is expected. damaged-page, decimal9-in-int64, never-ends and
footer-* are inputs that once did harm and are not made here.
"""
import decimal
import json
import pathlib
import struct
import uuid
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

decimal.getcontext().prec = 100
D = decimal.Decimal
here = pathlib.Path(__file__).parent
expected = {}


# How ClickHouse says a value (JSONCompactStringsEachRow, with trailing zeros of decimals).

def number(value):
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return repr(value).removesuffix(".0").replace("e-0", "e-").replace("e+", "e")


def two(value):
    return f"{value:02d}"


def civil(days):
    """Howard Hinnant's days-to-civil: independent of any library's range."""
    z = days + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (1 if month <= 2 else 0)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04d}-{two(month)}-{two(doy - (153 * mp + 2) // 5 + 1)}"


def clock(ns, digits):
    seconds, fraction = divmod(ns, 10**9)
    text = f"{two(seconds // 3600)}:{two(seconds // 60 % 60)}:{two(seconds % 60)}"
    return f"{text}.{fraction:09d}"[: 9 + digits]


def moment(ns, digits):
    days, rest = divmod(ns, 86400 * 10**9)
    return f"{civil(days)} {clock(rest, digits)}"


per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def ticks(column):
    return column.combine_chunks().view(pa.int64()).to_pylist() if column.type.bit_width == 64 else (
        column.combine_chunks().view(pa.int32()).to_pylist())


def said(values, say):
    return [None if value is None else say(value) for value in values]


def times(column, digits):
    scale = 10**9 // per_second[column.type.unit]
    return said(ticks(column), lambda tick: moment(tick * scale, digits))


def plain(column):
    return said(column.to_pylist(), str)


def floats(column):
    return said(column.to_pylist(), lambda value: number(float(value)))


def texts(column):
    return said(column.to_pylist(), lambda value: value if isinstance(value, str) else value.decode())


def hexes(column):
    return said(column.to_pylist(), lambda value: value.hex())


def decimals(column):
    return said(column.to_pylist(), lambda value: format(value, "f"))


def jsons(column):
    def plain_json(value):
        # pyarrow gives maps as lists of pairs.
        if isinstance(value, list) and pa.types.is_map(column.type):
            return {key: plain_json(inner) for key, inner in value}
        if isinstance(value, list):
            return [plain_json(each) for each in value]
        if isinstance(value, dict):
            return {key: plain_json(inner) for key, inner in value.items()}
        return value

    return said(column.to_pylist(), lambda value: json.dumps(plain_json(value), separators=(",", ":"), ensure_ascii=False))


def keep(name, columns, path=None):
    """columns: name -> (ClickHouse's type without Nullable, values)."""
    expected[name] = {
        "types": {key: kind for key, (kind, _) in columns.items()},
        "rows": [list(row) for row in zip(*(values for _, values in columns.values()))],
    }


def write(name, table, **options):
    pq.write_table(table, here / name, **options)
    return pq.read_table(here / name)


# 1. Every type, plain and dictionary-encoded, in pages of both versions.

def all_types():
    n = None
    return {
        "bool": (pa.array([True, n, False, True, n, False]), "Bool", lambda c: said(c.to_pylist(), lambda v: str(v).lower())),
        "int8": (pa.array([-128, 127, n, 0, 1, -1], pa.int8()), "Int64", plain),
        "int16": (pa.array([-(2**15), 2**15 - 1, n, 0, 1, -1], pa.int16()), "Int64", plain),
        "int32": (pa.array([-(2**31), 2**31 - 1, n, 0, 1, -1], pa.int32()), "Int64", plain),
        "int64": (pa.array([-(2**63), 2**63 - 1, n, 0, 2**53 + 1, -1], pa.int64()), "Int64", plain),
        "uint8": (pa.array([0, 255, n, 1, 2, 3], pa.uint8()), "Int64", plain),
        "uint16": (pa.array([0, 2**16 - 1, n, 1, 2, 3], pa.uint16()), "Int64", plain),
        "uint32": (pa.array([0, 2**32 - 1, n, 1, 2**31, 3], pa.uint32()), "Int64", plain),
        "uint64": (pa.array([0, 2**64 - 1, n, 1, 2**63, 3], pa.uint64()), "UInt64", plain),
        "float16": (pa.array([0.5, -65504, n, 2.0**-24, float("inf"), float("nan")], pa.float16()), "Float64", floats),
        "float32": (pa.array([0.1, -1.5, n, 3.4028235e38, 1.0, float("-inf")], pa.float32()), "Float64", floats),
        "float64": (pa.array([0.1, -1.5, n, 1e-300, 5e-324, float("nan")], pa.float64()), "Float64", floats),
        "text": (pa.array(["", "ü🚲", n, "a\tb\nc", "\u0001", "x" * 300]), "String", texts),
        "large_text": (pa.array(["a", n, "b", "b", "b", "é"], pa.large_string()), "String", texts),
        "binary_text": (pa.array([b"plain", b"\xc3\xbc", n, b"", b"a\nb", b"z"]), "String", texts),
        "binary": (pa.array([b"\xff\x00", b"", n, b"text", b"\x01", b"\xfe"]), "String", hexes),
        "fixed": (pa.array([b"\x00\x01\x02", b"abc", n, b"\xff\xff\xff", b"xyz", b"\x7f\x00\x00"], pa.binary(3)), "String", hexes),
        "uuid": (pa.array([uuid.UUID(int=1).bytes, n, uuid.UUID(int=2**128 - 1).bytes, n, uuid.UUID("12345678-9abc-def0-1234-56789abcdef0").bytes, n], pa.uuid()), "String", plain),
        "json": (pa.array(['{"a":1}', n, "[]", "null", '"x"', "1"], pa.json_()), "String", texts),
        "dictionary": (pa.array(["red", "blue", n, "red", "red", "blue"]).dictionary_encode(), "String", texts),
        "nothing": (pa.nulls(6), "String", lambda c: [None] * 6),
        "date": (pa.array([date(1900, 1, 1), date(2299, 12, 31), n, date(1970, 1, 1), date(1969, 12, 31), date(2024, 2, 29)]), "Date32", lambda c: said(ticks(c), civil)),
        "far_date": (pa.array([-25568, 0, n, 1, 2, 3], pa.int32()).cast(pa.date32()), "String", lambda c: said(ticks(c), civil)),
        "later_date": (pa.array([120530, 2932897, n, -800000, 2**31 - 1, -(2**31)], pa.int32()).cast(pa.date32()), "String", lambda c: said(ticks(c), civil)),
        "at_ms": (pa.array([0, -1, n, 1706691600123, 10413791999999, -2208988800000], pa.timestamp("ms")), "DateTime64(6, 'UTC')", lambda c: times(c, 6)),
        "at_us": (pa.array([0, -1, n, 1706691600123456, 10413791999999999, -2208988800000000], pa.timestamp("us", "UTC")), "DateTime64(6, 'UTC')", lambda c: times(c, 6)),
        "at_ns": (pa.array([0, -1, n, 1706691600123456789, 2**63 - 1, -2208988800000000000], pa.timestamp("ns")), "DateTime64(9, 'UTC')", lambda c: times(c, 9)),
        "at_whole_ns": (pa.array([0, 1000, n, 1706691600123456000, -1000, 5000], pa.timestamp("ns", "UTC")), "DateTime64(6, 'UTC')", lambda c: times(c, 6)),
        "far_ms": (pa.array([10413792000000, 0, n, 1, 253402300800000, -62135596800001], pa.timestamp("ms")), "String", lambda c: times(c, 3)),
        "far_us": (pa.array([-2208988800000001, 0, n, 1, 2, 3], pa.timestamp("us")), "String", lambda c: times(c, 6)),
        "far_ns": (pa.array([-(2**63) + 1, 0, n, 1, 2, 3], pa.timestamp("ns")), "String", lambda c: times(c, 9)),
        "time_ms": (pa.array([0, 86399999, n, 1, 3600000, 61001], pa.time32("ms")), "String", lambda c: said(ticks(c), lambda t: clock(t * 10**6, 3))),
        "time_us": (pa.array([0, 86399999999, n, 1, 3600000000, 61000001], pa.time64("us")), "String", lambda c: said(ticks(c), lambda t: clock(t * 10**3, 6))),
        "time_ns": (pa.array([0, 86399999999999, n, 1, 3600000000000, 61000000001], pa.time64("ns")), "String", lambda c: said(ticks(c), lambda t: clock(t, 9))),
        "duration": (pa.array([0, -5, n, 1, 2, 3], pa.duration("us")), "Int64", lambda c: plain(c.cast(pa.int64()))),
        "decimal4": (pa.array([D("99.99"), D("-0.01"), n, D("0.00"), D("1.50"), D("-99.99")], pa.decimal128(4, 2)), "Decimal(4, 2)", decimals),
        "decimal18": (pa.array([D("9" * 18), D("-1"), n, D("0"), D("7"), D("-" + "9" * 18)], pa.decimal128(18, 0)), "Decimal(18, 0)", decimals),
        "decimal38": (pa.array([D("9" * 28 + "." + "9" * 10), D("-0.0000000001"), n, D(0), D(1), D("-" + "9" * 28)], pa.decimal128(38, 10)), "Decimal(38, 10)", decimals),
        "decimal76": (pa.array([D("9" * 70 + ".123456"), D("-" + "9" * 70), n, D(0), D(1), D("-0.000001")], pa.decimal256(76, 6)), "Decimal(76, 6)", decimals),
        "fraction": (pa.array([D("0.0012"), D("-0.9999"), n, D(0), D("0.5"), D("0.0001")], pa.decimal128(4, 4)), "Decimal(4, 4)", decimals),
    }


types = all_types()
table = pa.table({name: values for name, (values, _, _) in types.items()})
splits = [name for name in ("float16", "float32", "float64", "fixed", "int32", "int64") if name in types]
deltas = {name: "DELTA_BINARY_PACKED" for name in ("int8", "int16", "uint32", "uint64", "date", "at_us", "time_ms", "time_us")}
deltas |= {"text": "DELTA_BYTE_ARRAY", "large_text": "DELTA_LENGTH_BYTE_ARRAY", "binary": "DELTA_LENGTH_BYTE_ARRAY", "json": "DELTA_BYTE_ARRAY", "uuid": "DELTA_BYTE_ARRAY"}
deltas |= {name: "BYTE_STREAM_SPLIT" for name in splits}
for name, options in {
    "types-v1-dictionary.parquet": dict(data_page_version="1.0", use_dictionary=True),
    "types-v1-integers.parquet": dict(data_page_version="1.0", use_dictionary=False, store_decimal_as_integer=True, write_page_checksum=True),
    "types-v2-deltas.parquet": dict(data_page_version="2.0", use_dictionary=False, column_encoding=deltas),
    "types-v2-dictionary.parquet": dict(data_page_version="2.0", compression="zstd", store_decimal_as_integer=True),
}.items():
    read = write(name, table, **options)
    keep(name, {key: (kind, say(read[key])) for key, (_, kind, say) in types.items()})


# 2. INT96, which Impala and Spark wrote.

stamps = pa.table({"at": pa.array([0, 1706691600123456789, None, -2208988800000000000], pa.timestamp("ns")), "whole": pa.array([0, 1706691600123456000, None, -1000], pa.timestamp("ns")), "far": pa.array([-(2**63) + 1, 0, 1, None], pa.timestamp("ns"))})
read = write("int96.parquet", stamps, use_deprecated_int96_timestamps=True)
keep("int96.parquet", {"at": ("DateTime64(9, 'UTC')", times(read["at"], 9)), "whole": ("DateTime64(6, 'UTC')", times(read["whole"], 6)), "far": ("String", times(read["far"], 9))})


# 3. Codecs, with pages of a few rows, several row groups, and dictionaries that overflow.

rows = 400
many = pa.table({
    "n": pa.array(range(rows), pa.int64()),
    "name": pa.array([None if n % 7 == 0 else f"name {n % 40} of a station" for n in range(rows)]),
    "share": pa.array([n / 8 for n in range(rows)]),
    "price": pa.array([D(n) / 100 for n in range(rows)], pa.decimal128(9, 2)),
    "tags": pa.array([None if n % 11 == 0 else [f"t{i}" for i in range(n % 4)] for n in range(rows)]),
})
for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd"):
    version = "2.0" if codec in ("gzip", "lz4") else "1.0"
    read = write(f"codec-{codec}.parquet", many, compression=codec, data_page_version=version, data_page_size=400, write_batch_size=50, row_group_size=150, dictionary_pagesize_limit=500)
keep("codec-*", {"n": ("Int64", plain(read["n"])), "name": ("String", texts(read["name"])), "share": ("Float64", floats(read["share"])), "price": ("Decimal(9, 2)", decimals(read["price"])), "tags": ("String", jsons(read["tags"]))})


# 4. Nested and repeated columns.

nested = {
    "list": pa.array([[1, None, 3], [], None, [4]], pa.list_(pa.int64())),
    "list_of_lists": pa.array([[["a"], [], None], None, [], [["b", None]]], pa.list_(pa.list_(pa.string()))),
    "struct": pa.array([{"x": 1, "y": "q"}, None, {"x": None, "y": None}, {"x": 2**60 + 1, "y": 'say "hi"'}], pa.struct([("x", pa.int64()), ("y", pa.string())])),
    "list_of_structs": pa.array([[{"a": 1, "b": [True]}, {"a": None, "b": None}], [], None, [None]], pa.list_(pa.struct([("a", pa.int32()), ("b", pa.list_(pa.bool_()))]))),
    "deep": pa.array([{"in": {"in": {"v": 1.5}}}, {"in": None}, None, {"in": {"in": None}}], pa.struct([("in", pa.struct([("in", pa.struct([("v", pa.float64())]))]))])),
    "map": pa.array([[("k", 1), ("l", None)], [], None, [("ü", 3)]], pa.map_(pa.string(), pa.int64())),
    "fixed_list": pa.array([[1, 2], [3, 4], None, [5, 6]], pa.list_(pa.int16(), 2)),
}
for name, options in {"nested-v1.parquet": {}, "nested-v2.parquet": dict(data_page_version="2.0", use_dictionary=False)}.items():
    read = write(name, pa.table(nested), **options)
    keep(name, {key: ("String", jsons(read[key])) for key in nested})
exact = pa.table({"d": pa.array([[D("1.10"), None], [D("-12345678901234567890.00")]], pa.list_(pa.decimal128(30, 2))), "t": pa.array([[0], [1706691600123]], pa.list_(pa.timestamp("ms"))), "b": pa.array([[b"\xff"], [b"a"]], pa.list_(pa.binary())), "u": pa.array([{"v": 2**64 - 1}, {"v": 0}], pa.struct([("v", pa.uint64())])), "f": pa.array([[float("nan")], [0.5]], pa.list_(pa.float32()))})
write("nested-exact.parquet", exact)
keep("nested-exact.parquet", {"d": ("String", ["[1.10,null]", "[-12345678901234567890.00]"]), "t": ("String", ['["1970-01-01 00:00:00.000"]', '["2024-01-31 09:00:00.123"]']), "b": ("String", ['["ff"]', '["61"]']), "u": ("String", ['{"v":18446744073709551615}', '{"v":0}']), "f": ("String", ['["NaN"]', "[0.5]"])})


# 5. By hand: a page and a footer of Thrift's compact protocol.

def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def zigzag(value):
    return varint((value << 1) ^ (value >> 63))


class I64(int):
    pass


def thrift(value):
    """A dict is a structure, by the numbers of its fields."""
    if isinstance(value, bool):
        raise ValueError("booleans are part of a field's head")
    if isinstance(value, int):
        return (6 if isinstance(value, I64) else 5), zigzag(value)
    if isinstance(value, (bytes, str)):
        data = value.encode() if isinstance(value, str) else value
        return 8, varint(len(data)) + data
    if isinstance(value, list):
        kinds = [thrift(each) for each in value]
        head = bytes([len(value) << 4 | kinds[0][0]]) if len(value) < 15 else bytes([0xF0 | kinds[0][0]]) + varint(len(value))
        return 9, head + b"".join(data for _, data in kinds)
    out, last = b"", 0
    for field, inner in sorted(value.items()):
        if isinstance(inner, bool):
            out += bytes([(field - last) << 4 | (1 if inner else 2)])
        else:
            kind, data = thrift(inner)
            out += bytes([(field - last) << 4 | kind]) + data
        last = field
    return 12, out + b"\0"


def struct_bytes(value):
    return thrift(value)[1]


def by_hand(name, fields, values, codec=0, pack=lambda body: body):
    """One required column for each entry of `fields`: (name, physical type, further schema fields)."""
    out = b"PAR1"
    columns = []
    count = len(next(iter(values.values())))
    for key, physical, _ in fields:
        body = b"".join(values[key])
        packed = pack(body)
        header = struct_bytes({1: 0, 2: len(body), 3: len(packed), 5: {1: count, 2: 0, 3: 3, 4: 3}})
        at = len(out)
        out += header + packed
        columns.append({2: I64(at), 3: {1: physical, 2: [0], 3: [key], 4: codec, 5: I64(count), 6: I64(len(header) + len(body)), 7: I64(len(header) + len(packed)), 9: I64(at)}})
    schema = [{4: "schema", 5: len(fields)}] + [{1: physical, 3: 0, 4: key, **more} for key, physical, more in fields]
    footer = struct_bytes({1: 1, 2: schema, 3: I64(count), 4: [{1: columns, 2: I64(len(out)), 3: I64(count)}]})
    (here / name).write_bytes(out + footer + struct.pack("<I", len(footer)) + b"PAR1")


def byte_array(data):
    return struct.pack("<I", len(data)) + data


int32, int64, byte_arrays, fixed = 1, 2, 6, 7
unscaled = [12345, -1, 0, 10**20, -(10**24)]
by_hand("by-hand.parquet", [
    ("price", byte_arrays, {6: 5, 7: 2, 8: 30}),
    ("kind", byte_arrays, {6: 4}),
    ("bson", byte_arrays, {6: 20}),
    ("interval", fixed, {2: 12, 6: 21}),
    ("old_text", byte_arrays, {6: 0}),
    ("old_time", int32, {6: 7}),
    ("old_micros", int64, {6: 10}),
    ("old_uint", int32, {6: 13}),
    ("overfull", int32, {6: 5, 7: 2, 8: 4}),
], {
    "price": [byte_array(v.to_bytes(max(1, (v.bit_length() + 8) // 8), "big", signed=True)) for v in unscaled],
    "kind": [byte_array(t.encode()) for t in ("red", "blue", "red", "ü", "")],
    "bson": [byte_array(b) for b in (b"\x05\x00\x00\x00\x00", b"\x01", b"", b"\xff", b"\x05")],
    "interval": [struct.pack("<III", n, n + 1, n + 2) for n in range(5)],
    "old_text": [byte_array(t.encode()) for t in ("a", "b", "c", "d", "e")],
    "old_time": [struct.pack("<i", n) for n in (0, 1, 2, 3, 86399999)],
    "old_micros": [struct.pack("<q", n) for n in (0, 1, -1, 1706691600123456, 5)],
    "old_uint": [struct.pack("<I", n) for n in (0, 1, 2**31, 2**32 - 1, 7)],
    "overfull": [struct.pack("<i", n) for n in (1, 12345, -(2**31), 0, 5)],
})
by_hand("negative-scale.parquet", [("n", int32, {6: 5, 7: -2, 8: 4})], {"n": [struct.pack("<i", n) for n in (1, -12, 0)]})
keep("negative-scale.parquet", {"n": ("String", ["100", "-1200", "0"])})
back = pq.read_table(here / "by-hand.parquet", columns=["price", "kind", "old_text", "old_micros", "old_uint"])
assert decimals(back["price"]) == [format(D(v) / 100, ".2f") for v in unscaled], decimals(back["price"])
keep("by-hand.parquet", {
    "price": ("Decimal(30, 2)", decimals(back["price"])),
    "kind": ("String", texts(back["kind"])),
    "bson": ("String", ["0500000000", "01", "", "ff", "05"]),
    "interval": ("String", [struct.pack("<III", n, n + 1, n + 2).hex() for n in range(5)]),
    "old_text": ("String", texts(back["old_text"])),
    "old_time": ("String", [clock(n * 10**6, 3) for n in (0, 1, 2, 3, 86399999)]),
    "old_micros": ("DateTime64(6, 'UTC')", times(back["old_micros"], 6)),
    "old_uint": ("Int64", plain(back["old_uint"])),
    "overfull": ("Decimal(10, 2)", ["0.01", "123.45", "-21474836.48", "0.00", "0.05"]),
})


def hadoop_lz4(body):
    raw = bytes(pa.compress(body, "lz4_raw", asbytes=True))
    return struct.pack(">II", len(body), len(raw)) + raw


by_hand("codec-lz4-hadoop.parquet", [("text", byte_arrays, {6: 0})], {"text": [byte_array(b"the same words again and again")] * 50}, codec=5, pack=hadoop_lz4)
assert pq.read_table(here / "codec-lz4-hadoop.parquet")["text"].to_pylist() == ["the same words again and again"] * 50
keep("codec-lz4-hadoop.parquet", {"text": ("String", ["the same words again and again"] * 50)})

(here / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")
