"""Files to import that are no lines of JSON: tables, gzipped ones, and sources as OPML."""

from __future__ import annotations

import gzip
import io
import json
import tomllib

import pytest

from bot.cli.opml import is_opml, opml_of, tables_of
from bot.cli.tables import is_table, lines_of, unzipped
from bot.errors import LoaError
from bot.model import Source


def read(raw: bytes) -> list[bytes]:
    lines = lines_of(unzipped(io.BufferedReader(io.BytesIO(raw))))
    return list(iter(lambda: lines.readline(1_000_000), b""))


def test_lines_of_json_stay_as_they_are() -> None:
    assert read(b'{"source": "a"}\n{bad\n') == [b'{"source": "a"}\n', b"{bad\n"]


def test_what_is_gzipped_is_unpacked() -> None:
    assert read(gzip.compress(b'{"source": "a"}\n') + gzip.compress(b"{}\n")) == [b'{"source": "a"}\n', b"{}\n"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_any_spreadsheet_is_read_row_by_row(delimiter: str) -> None:
    rows = ("\ufeffSource|Title|URL", "tdkt|Một|https://a.example/1", "||", "tdkt|Hai|")
    said = read("\r\n".join(rows).replace("|", delimiter).encode())
    assert [json.loads(line) for line in said if line.strip()] == [
        {"source": "tdkt", "title": "Một", "url": "https://a.example/1"},
        {"source": "tdkt", "title": "Hai"},
    ]


def test_a_row_stands_at_its_last_line_so_that_its_number_is_that_of_the_file() -> None:
    said = read(b'source,title,summary\ntdkt,a,"one\ntwo"\ntdkt,b,\n')
    assert [bool(line.strip()) for line in said] == [False, False, True, True]
    assert json.loads(said[2])["summary"] == "one\ntwo"


def test_cells_that_were_disarmed_and_lists_come_back_as_they_were() -> None:
    said = read(b"source,title,date_only,keys,attachments\n" + b"""tdkt,'=1+1,True,"[""guid:1""]",no list\n""")
    assert json.loads(said[1]) == {
        "source": "tdkt",
        "title": "=1+1",
        "date_only": True,
        "keys": ["guid:1"],
        "attachments": None,
    }


def test_bytes_that_are_no_text_are_left_to_their_own_line() -> None:
    said = read(b"source,title\ntdkt,\xff\xfe\ntdkt,b\0\n")
    with pytest.raises(UnicodeDecodeError):
        said[1].decode()
    assert json.loads(said[2]) == {"source": "tdkt", "title": "b"}


def test_only_a_head_with_source_and_title_makes_a_table() -> None:
    assert not is_table(b'{"source": "a", "title": "b"}\n')
    assert not is_table(b"title,url\n")
    assert not is_table(b"")


FEEDS = """\ufeff<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Nhóm"><outline text="Sở Nội vụ &quot;A&quot;" xmlUrl="https://so.example/rss"/>
<outline title="Đảng" type="link" url="https://dang.example/tin" category="/x"/>
<outline text="*" xmlUrl="https://ba.example/rss"/>
<outline text="Sở Nội vụ A" xmlUrl="https://bon.example/rss"/>
<outline text="known" xmlUrl="https://known.example/rss"/>
<outline text="none" xmlUrl="feed:x"/></outline></body></opml>""".encode()


def test_sources_of_a_feed_reader_become_tables_of_the_configuration() -> None:
    assert is_opml(FEEDS)
    known = Source(id="dang", title="Known", url="https://known.example/rss")
    tables = tomllib.loads("\n".join(tables_of(io.BytesIO(FEEDS), [known])))["sources"]
    assert tables == [
        {"id": "so-noi-vu-a", "title": 'Sở Nội vụ "A"', "url": "https://so.example/rss"},
        {"id": "dang-2", "title": "Đảng", "url": "https://dang.example/tin", "kind": "page"},
        {"id": "ba-example", "title": "*", "url": "https://ba.example/rss"},
        {"id": "so-noi-vu-a-2", "title": "Sở Nội vụ A", "url": "https://bon.example/rss"},
    ]


def test_sources_go_out_and_come_back() -> None:
    sources = (
        Source(id="tdkt", title="A & <B>", url='https://a.example/rss?a=1&b="2"'),
        Source(id="trang", title="Trang", url="https://b.example/tin", kind="page"),
    )
    document = "\n".join(opml_of(sources)).encode()
    tables = tomllib.loads("\n".join(tables_of(io.BytesIO(document), [])))["sources"]
    assert [(each["id"], each["title"], each["url"], each.get("kind", "auto")) for each in tables] == [
        (each.id, each.title, each.url, each.kind) for each in sources
    ]
    assert tables_of(io.BytesIO(document), sources) == ()


def test_a_broken_document_is_one_line() -> None:
    with pytest.raises(LoaError, match="no OPML that can be read"):
        tables_of(io.BytesIO(b'<?xml version="1.0"?><opml><outline'), [])
