"""Tables as people have them: read exactly, or refused in lines that name the line and the remedy."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.commands import reading
from kmeans_inconsistency.commands.reading import TableError, read

SEPARATORS = ["\t", ";", ",", "|", " "]


def table(tmp_path: Path, content: str | bytes, *columns: str, **options: object) -> reading.Table:
    path = tmp_path / "data"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, columns, **options)


def values(tmp_path: Path, content: str | bytes, *columns: str, **options: object) -> list[float]:
    found = table(tmp_path, content, *columns, **options).numbers
    assert found.shape[1] == max(len(columns), 1)
    return found[:, 0].tolist()


def refused(tmp_path: Path, content: str | bytes, *columns: str, **options: object) -> list[str]:
    with pytest.raises(TableError) as caught:
        table(tmp_path, content, *columns, **options)
    assert all("\n" not in problem for problem in caught.value.problems)
    return [problem.removeprefix(str(tmp_path / "data")).lstrip(",: ") for problem in caught.value.problems]


# --- forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "1\n2\n3\n9\n",
        "x\n1\n2\n3\n9",
        "x\r\n1\r\n2\r\n3\r\n9\r\n",
        "x\r1\r2\r3\r9",
        '"x"\n1\n\n2\n3\n9\n',
        "x\n  1\n+2 \n3.\n 9e0\n",
        'x\n"1"\n" 2"\n"3" \n"9"\n',
        "# made by hand\n# twice\nx\n1\n2\n3\n9\n",
        "sep=;\nx\n1\n2\n3\n9\n",
        "\n\nx\n1\n2\n3\n9\n \n\n",
        "heart rate\n1\n2\n3\n9\n",
        "height, cm; or so\n1\n2\n3\n9\n",
        "größe\n1\n2\n3\n9\n".encode("utf-8-sig"),
        "größe\n1\n2\n3\n9\n".encode("utf-16"),
        "\ufeffx\n1\n2\n3\n9\n".encode("utf-16-be"),
        "x\n1\n2\n3\n9\n".encode("utf-32"),
        gzip.compress(b"x\n1\n2\n3\n9\n", mtime=0),
        bz2.compress(b"x\n1\n2\n3\n9\n"),
        lzma.compress(b"x\n1\n2\n3\n9\n"),
    ],
)
def test_forms_of_one_column(tmp_path, content):
    assert values(tmp_path, content) == [1, 2, 3, 9]


@pytest.mark.parametrize(
    ("content", "column", "options"),
    [
        ("a,b\n1,5\n2,6\n", "b", {}),
        ("a;b\n1;5\n2;6\n", "b", {}),
        ("a\tb\n1\t5\n2\t6\n", "b", {}),
        ("a|b\n1|5\n2|6\n", "b", {}),
        ("eruptions waiting\n3.6 5\n1.8 6\n", "waiting", {}),
        ("   a    b\n   1    5  \n  22    6", "b", {}),
        ("1,5\n2,6\n", "2", {}),
        ("name\theight, cm\na\t5\nb\t6\n", "height, cm", {}),
        ("sample,x\n1_1,5\n1_2,6\n", "x", {}),
        ("sep=;\na,b;c\n1,5;5\n2,5;6\n", "c", {}),
        ("sep=|\na|b\nx, y|5\nz|6\n", "b", {}),
        ('"a,b",c\n"x,y,z",5\n"u;\t",6\n', "c", {}),
        ('"say ""b""",c\n1,5\n2,6\n', "c", {}),
        ('name,x\n"a\nb",5\n"c",6\n', "x", {}),
        ("a;b\n1,5;5,0\n2,5;6,0\n", "b", {"decimal": ","}),
        ('a,b\n"1,5","5,0"\n"2,5","6,0"\n', "b", {"decimal": ","}),
        ("a b\n1,5 5,0\n2,5 6,0\n", "b", {"decimal": ","}),
        ("2019,2020\n1,5\n2,6\n", "2020", {}),
        ("country,2020\nde,5\nfr,6\n", "2020", {}),
        ("a,5\nb,6\n", "2", {}),
        ("a,\n5,x\n6,y\n", "a", {}),
    ],
)
def test_a_column_is_chosen_by_name_or_number(tmp_path, content, column, options):
    assert values(tmp_path, content, column, **options) == [5, 6]


@pytest.mark.parametrize(
    "content",
    [
        '"eruptions"\t"waiting"\n"1"\t3.6\t79\n"2"\t1.8\t54\n',
        '"eruptions" "waiting"\n"Mazda RX4" 3.6 79\n"b" 1.8 54\n',
        "eruptions,waiting\n1,3.6,79\n2,1.8,54\n",
        "eruptions waiting\n1 3.6 79\n2 1.8 54\n",
        '"waiting"\n"a",79\n"b",54\n',
        "waiting\n1,79\n2,5.4e1\n",
    ],
)
def test_a_header_one_cell_short_is_read_as_r_writes_it(tmp_path, content):
    found = table(tmp_path, content, "waiting")
    assert found.numbers[:, 0].tolist() == [79, 54]
    assert "row's name" in found.notes[0]


def test_several_columns_keep_their_order(tmp_path):
    found = table(tmp_path, "a,b,c\n1,2,3\n4,5,6\n", "c", "a")
    assert found.names == ("c", "a")
    assert found.numbers.tolist() == [[3, 1], [6, 4]]
    assert values(tmp_path, "a,b\n1,NA\n2,3\n", "a", "b", drop_missing=True) == [2]


def test_what_was_taken_for_the_header_is_said(tmp_path):
    path = tmp_path / "data"
    assert table(tmp_path, "#\nx\n1\n2\n").notes == (
        f"{path}: above the table and left out: line 1",
        f"{path}, line 2: taken for the header: x",
    )
    assert table(tmp_path, "1\n2\n").notes == (f"{path}, line 1: taken for data, not for a header",)


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        ("", [], ["the file is empty"]),
        ("\n \n", [], ["the file is empty"]),
        ("x\n", [], ["there is nothing below the header (x)"]),
        # cells that are not counted
        ("x\n1,234\n2,345\n9,876\n", [], ["line 2: 2 cells (the separator is the comma), but line 1 has 1"]),
        ("x\n1,234\n2,345\n3,876\n", [], ["line 2: 2 cells"]),
        ("x\n1,5\n2,5\n", [], ["line 2: 2 cells"]),
        (
            "a,b\n1,10\n2,11,99\n3,30\n",
            ["b"],
            ["line 3: 3 cells (the separator is the comma), but line 1 has 2"],
        ),
        ("a,b\n1,10\n2\n3,30\n", ["b"], ["line 3: 1 cell (the"]),
        ("a b\nx 1 2\ny 3 4\n", ["a"], ["line 2: 3 cells (the separator is the space)"]),
        ("a b\n1 1 2\n3 3 4\n", ["a"], ["line 2: 3 cells"]),
        (
            "Exported 2024\n\na,b\n1,2\n",
            ["b"],
            ["line 3: 2 cells (the separator is the comma), but line 1 has 1"],
        ),
        # cells that R's row names could be, but for marks between thousands
        ("x\n1,234.5\n2,345.6\n", ["x"], ["line 2: 2 cells (the separator is the comma)"]),
        ("x\n1 234\n2 345\n3 456\n", ["x"], ["line 2: 2 cells (the separator is the space)"]),
        ("x\n1 1.5\n2 3\n4 2\n", ["x"], ["line 2: 2 cells (the separator is the space)"]),
        ("x\n01 1.5\n02 3\n", ["x"], ["line 2: 2 cells (the separator is the space)"]),
        ('x\n"1,234"\n', [], ["line 2: '1,234' is not a number (marks between thousands must go; the"]),
        ("x\n1'234\n", [], ['line 2: "1\'234" is not a number (marks between thousands must go; the']),
        # quotes
        ('x\n"1\n2\n3\n', [], ["line 2: a quote is opened and not closed"]),
        ('x,y\n"a,1\n"b",2\n', ["y"], ["line 2: a quote is opened and not closed"]),
        ('x,y\na,1\n5" pipe,2\n', ["y"], ["line 3: a quote stands within a cell"]),
        ('x,y\n"a"b,1\n', ["y"], ["line 2: a quote stands within a cell"]),
        ('name,x\n"a\nb",1\n"c",2\n"d",oops\n', ["x"], ["line 5: 'oops' is not a number"]),
        ('x\n"' + "1" * 200_000 + "\n2\n", [], ["line 2: a quote is opened and not closed"]),
        # headers
        ("NA\n1\n2\n", [], ["line 1: the value is missing"]),
        ("1.2.3\n1\n2\n", [], ["line 1: '1.2.3' is neither a number nor a name; correct it"]),
        ("1_1\n1\n2\n", [], ["line 1: '1_1' is neither"]),
        ("O.5\n1\n2\n", [], ["line 1: 'O.5' is neither"]),
        ("1,5\n2\n3\n", [], ["line 1: '1,5' is neither a number nor a name; correct it (--decimal ,"]),
        ("−5\n1\n2\n", [], ["line 1: '−5' is neither"]),
        ("$5\n1\n2\n", [], ["line 1: '$5' is neither"]),
        ("１\n1\n2\n", [], ["line 1: '１' is neither"]),
        ("inf\n1\n2\n", [], ["line 1: 'inf' is neither"]),
        ("x,y,x\n1,5,100\n", ["y"], ["line 1: the column name 'x' stands twice; rename one"]),
        ("x,2020\n1,5\n2,6\n", ["2"], ["line 1: it has a name, 'x', and '2020' for a wanted column"]),
        ("0,1,2\n1,5,3\n", ["1"], ["line 1: 0, 1, 2, ... could be a header or data"]),
        ("a,b\n1,2\n", [], ["line 1: there are 2 columns; choose one with --column: a, b"]),
        ("Height,b\n1,2\n", ["height"], ["line 1: there is no column 'height'; did you mean 'Height'?"]),
        ("a,b\n1,2\n", ["c", "d"], ["line 1: there is no column 'c'", "line 1: there is no column 'd'"]),
        ("a,b\n1,2\n", ["a", "a"], ["line 1: the column 'a' is chosen twice"]),
        ("a,b\n1,2\n", ["2"], ["line 1: there is no column '2'; there are: a, b"]),
        # numbers
        ("x\n1_1\n2\n", [], ["line 2: '1_1' is not a number"]),
        ("x\n٣\n2\n", [], ["line 2: '٣' is not a number"]),
        (
            "x\n1\ninf\n-Infinity\n",
            [],
            ["line 3: 'inf' is not a finite", "line 4: '-Infinity' is not a finite"],
        ),
        ("x\n1e999\n1e-999\n0e9\n", [], ["line 2: '1e999' is beyond double", "line 3: '1e-999' is beyond"]),
        ("x\n0x1F\n1d5\n1 %\n", [], ["line 4: 2 cells"]),
        ("x\n0x1F\n1d5\n5%\n", [], ["line 2: '0x1F' is not", "line 3: '1d5' is not", "line 4: '5%' is not"]),
        ("a;b\n1,5;2\n", ["a"], ["line 2: '1,5' is not a number (the decimal mark is taken to be '.'"]),
        ("x\n1\ntwo\nNA\nthree\n", [], ["line 3: 'two'", "line 5: 'three'", "line 4: the value is missing"]),
        # bytes
        ("x\n1\x1d2\n3\n", [], ["line 2: the control character 0x1d stands in the text"]),
        ("x\n1\n2\x00\n", [], ["line 3: the control character 0x00"]),
        ("x\n1\r2\n3\n", [], ["line 2: the control character 0x0d"]),
        ("x\ngrö\n".encode("latin-1"), [], ["line 2: the byte 0xf6 is not UTF-8: save the file as UTF-8"]),
        (gzip.compress(b"x\n1\n2\n", mtime=0)[:-9], [], ["is packed, and damaged or cut short"]),
        (
            b"PK\x03\x04xl/workbook.xml",
            [],
            ["is a workbook (Excel, LibreOffice) or another zip archive: save"],
        ),
        (b"PAR1 and no more", [], ["is damaged or no Parquet file"]),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(tmp_path, content, columns, said):
    found = refused(tmp_path, content, *columns)
    assert len(found) == len(said)
    for problem, beginning in zip(found, said, strict=True):
        assert problem.startswith(beginning)


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Exported 2024", "line 1"),
        ("Exported 2024\n", "lines 1 to 2"),
        ("Station, Bonn\nfrom 2001\n", "lines 1 to 3"),
        ("Temperature\n---", "lines 1 to 2"),
    ],
)
@pytest.mark.parametrize(
    "rows", ["a,b,c\n1,2,3\n4,5,6\n7,8,9", "a;b;c\n1;2;3\n4;5;6", "a\tb\tc\n1\t2\t3\n4\t5\t6"]
)
def test_what_may_stand_above_a_table_is_named(tmp_path, above, lines, rows):
    (problem,) = refused(tmp_path, f"{above}\n{rows}\n", "b")
    begin = above.count("\n") + 2
    assert problem.endswith(f"; if the table begins in line {begin}, delete {lines}")
    assert values(tmp_path, "\n".join(f"# {line}" for line in above.splitlines()) + f"\n{rows}\n", "b")


def test_what_may_stand_above_a_column_is_named(tmp_path):
    (problem,) = refused(tmp_path, "Exported 2024\n\nheight\n1.5\n2.5\n")
    assert problem.startswith("line 3: 'height' is not a number")
    assert problem.endswith("; if it is the header, delete what stands above it")


def test_numbers_with_commas_are_not_taken_for_a_table_below_something(tmp_path):
    (problem,) = refused(tmp_path, "x\n1,234\n2,345\n9,876\n")
    assert "if the table begins" not in problem
    assert "--decimal ," in problem


@pytest.mark.parametrize(
    ("content", "column", "options"),
    [
        ("x\n1.5\n2,5\n", "x", {"decimal": ","}),
        ("x\n1.234,5\n2,5\n", "x", {"decimal": ","}),
        ("x;y\n1_0;1\n2,5;1\n", "x", {"decimal": ","}),
    ],
)
def test_with_decimal_commas_a_point_is_no_part_of_a_number(tmp_path, content, column, options):
    (problem,) = refused(tmp_path, content, column, **options)
    assert problem.startswith("line 2: ")


@pytest.mark.parametrize("word", ["NA", "", "nan", "NaN", ".", "-", "N/A", "null", '"NA"', "#N/A", "?", '""'])
def test_missing_values_are_refused_with_all_their_lines_or_dropped(tmp_path, word):
    rows = [f"a,{word}" if i in (2, 5, 6, 7, 11) else f"a,{i}" for i in range(1, 13)]
    content = "\n".join(["id,x", *rows])
    remedy = "the value is missing; fill it in, or leave such lines out with --drop-missing"
    assert refused(tmp_path, content, "x") == [f"lines 3, 6-8 and 12: {remedy}"]
    assert values(tmp_path, content, "x", drop_missing=True) == [1, 3, 4, 8, 9, 10, 12]


def test_many_lines_are_shortened(tmp_path):
    content = "x\n" + "1\nNA\n" * 1000
    (problem,) = refused(tmp_path, content)
    assert problem.startswith("lines 3, 5, 7, ")
    assert "and 988 more: the value is missing" in problem
    found = refused(tmp_path, "x\n" + "1\nbad\n" * 1000)
    assert len(found) == 7
    assert found[-1].endswith("and 982 more: no number either")


def test_a_long_cell_is_shortened(tmp_path):
    (problem,) = refused(tmp_path, "x\n" + "a" * 300_000 + "\n2\n")
    assert problem.startswith("line 2: 'aaa")
    assert len(problem) < 200


@pytest.mark.parametrize("form", ["{} {}", "{}\t{}", "{:<6} {:>9}", '"{}","{}"'])
def test_row_names_are_counted_to_the_last(tmp_path, form):
    """They run past a power of ten; one that does not go on makes them numbers."""
    rows = [(i, i + 0.5) for i in range(1, 1203)]
    text = "\n".join(["x", *(form.format(*row) for row in rows)])
    assert values(tmp_path, text, "x") == [value for _, value in rows]
    if '"' not in form:
        rows[-1] = (1302, 0.5)
        text = "\n".join(["x", *(form.format(*row) for row in rows)])
        assert refused(tmp_path, text, "x")[0].startswith("line 2: 2 cells")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "form", "options"),
    [
        ("x", "{1}", {}),
        ("id,x", "{0},{1}", {}),
        ("id\tx", "{0}\t{1}", {}),
        ("id x", "{0} {1}", {}),
        ("id x", "{0:>8} {1:>24}", {}),
        ("id;x", "{0};{2}", {"decimal": ","}),
        ('"x"', '"{1}"', {}),
        ('"id","x"', '"{0}","{1}"', {}),
        ('"x"', '"{0}"\t{1}', {}),
        ("x", "{0} {1}", {}),
    ],
)
def test_a_million_lines_need_little_memory(tmp_path, header, form, options):
    """What is held beside the text, as numpy counts it."""
    numbers = np.random.default_rng(1).normal(size=1_000_000).tolist()
    rows = (form.format(i, v, repr(v).replace(".", ",")) for i, v in enumerate(numbers, 1))
    path = tmp_path / "data"
    path.write_text("\n".join([header, *rows]))
    tracemalloc.start()
    try:
        found = read(path, ["x"], **options)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.numbers[:, 0].tolist() == numbers
    assert held < 150e6


def test_a_missing_file_and_a_folder_are_one_line(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TableError) as caught:
            read(path)
        assert len(caught.value.problems) == 1
        assert f"{path}: cannot be read: " in caught.value.problems[0]


def test_a_closed_standard_input_is_one_line(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(TableError) as caught:
        read(Path("-"))
    assert caught.value.problems == [
        "standard input: is closed; give it a file, or name the file instead of -"
    ]


def test_parquet_is_read_with_its_types(tmp_path):
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.1, None, 0.3], "c": ["x", "y", "z"]})
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    content = buffer.getvalue()
    assert values(tmp_path, content, "a") == [1, 2, 3]
    assert values(tmp_path, content, "b", "a", drop_missing=True) == [0.1, 0.3]
    assert refused(tmp_path, content, "b")[0].startswith("row 2: the value is missing")
    assert refused(tmp_path, content, "c") == ["'c' has values of type " + _kind(content) + "; write numbers"]
    assert "choose one with --column: a, b, c" in refused(tmp_path, content)[0]


def _kind(content: bytes) -> str:
    from pyarrow import BufferReader, parquet

    return str(parquet.read_schema(BufferReader(content)).field("c").type)


# --- whatever is written is read back ----------------------------------------------------------------

words = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=6
)
names = words.filter(
    lambda word: word[0].isalpha() and word[0].isascii() and word.lower() not in ("na", "nan", "text")
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[str], list[list[float]], str]:
    """A random table in a random dialect: its text, names, columns and decimal mark."""
    separator = draw(st.sampled_from(SEPARATORS))
    decimal = "." if separator == "," else draw(st.sampled_from(".,"))
    width, length = draw(st.integers(2, 4)), draw(st.integers(1, 6))
    header = draw(st.lists(names, min_size=width, max_size=width, unique_by=str.strip))
    texts = draw(st.lists(words, min_size=length, max_size=length))
    columns = [draw(st.lists(numbers, min_size=length, max_size=length)) for _ in range(width)]
    end = draw(st.sampled_from(["\n", "\r\n"]))

    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    def number(value: float) -> str:
        text = draw(st.sampled_from([repr(value), f"{value:.17g}", f"{value:+.16e}"])).replace(".", decimal)
        return quoted(text) if draw(st.booleans()) else text

    lines = [["text", *header]]
    lines += [[text, *map(number, row)] for text, row in zip(texts, zip(*columns, strict=True), strict=True)]
    rows = [separator.join([quoted(cells[0]), *cells[1:]]) for cells in lines[1:]]
    head = separator.join(map(quoted, lines[0]))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), "")
    return end.join([head, *rows]) + draw(st.sampled_from(["", end])), header, columns, decimal


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written())
def test_a_table_in_any_dialect_is_read_back_exactly(tmp_path, case):
    text, header, columns, decimal = case
    found = table(tmp_path, text, *header, decimal=decimal)
    assert found.names == tuple(header)
    assert found.numbers.T.tolist() == columns
    assert all(
        math.copysign(1, a) == math.copysign(1, b)
        for a, b in zip(found.numbers[0], [c[0] for c in columns], strict=True)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.sampled_from(["1", "2.5", "x", "NA", '"', '""', ",", ";", "\t", " ", "\n", "\n", "_", "#"]),
            max_size=12,
        )
    )
)
def test_any_text_is_read_or_refused_in_lines(tmp_path, pieces):
    text = "".join(map("".join, pieces))
    problems = []
    try:
        found = table(tmp_path, text)
        assert np.isfinite(found.numbers).all()
    except TableError as error:
        problems = error.problems
    assert all(problem.startswith(str(tmp_path)) and "\n" not in problem for problem in problems)


def test_a_long_file_is_read_as_a_short_one(tmp_path):
    """Cells are converted in pieces: none is lost where pieces meet."""
    expected = np.random.default_rng(1).normal(size=3 * reading.PIECE + 7)
    lines = list(map(repr, expected.tolist()))
    assert values(tmp_path, "\n".join(["x", *lines])) == expected.tolist()
    lines[reading.PIECE - 1] = "NA"
    lines[2 * reading.PIECE] = "oops"
    found = refused(tmp_path, "\n".join(["x", *lines]))
    assert found[0].startswith(f"line {2 * reading.PIECE + 2}: 'oops'")
    assert found[1].startswith(f"line {reading.PIECE + 1}: the value is missing")
