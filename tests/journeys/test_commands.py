"""The command line as an operator types it: each command a process of its own."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.house import ROOT, Loa

LINES = """\
{"source": "tdkt", "title": "Hội nghị thi đua khen thưởng", "url": "https://portal.example/a-1.html", "guid": "1"}
nonsense
{"source": "kho-cu", "title": "Tin cũ", "url": null, "summary": null, "published_at": "2019-03-14"}
"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><item><title>Một tin</title>
<link>https://portal.example/tin-5.html</link></item></channel></rss>"""


@pytest.fixture
def loa(tmp_path: Path) -> Loa:
    """No Telegram and no portal anywhere."""
    source = {"url": "http://127.0.0.1:9/rss"}
    return Loa(folder=tmp_path, api_root="http://127.0.0.1:9", token="1234567:nobody-is-there", sources=[source])


async def test_the_archive_goes_in_and_out_and_is_searched(tmp_path: Path, loa: Loa) -> None:
    (tmp_path / "in.jsonl").write_text(LINES, encoding="utf-8")
    taken = await loa.run("import", str(tmp_path / "in.jsonl"))
    assert (taken.code, taken.out) == (1, "imported 2, known already 0, bad lines 1\n")
    assert taken.err.startswith("in.jsonl line 2: this is no JSON")
    found = json.loads((await loa.run("search", "thi dua", "--json")).out)
    assert found["total"] == 1
    assert found["results"][0]["title"] == "Hội nghị thi đua khen thưởng"
    assert found["trouble"] is None
    assert json.loads((await loa.run("search", "khen", "--json", "thi", "dua")).out)["query"] == "khen thi dua"
    mistaken = await loa.run("search", "--json", "--", "-thi")
    assert mistaken.code == 0
    assert json.loads(mistaken.out)["trouble"]
    items = [json.loads(line) for line in (await loa.run("export")).out.splitlines()]
    assert {item["source"] for item in items} == {"tdkt", "kho-cu"}
    assert (await loa.run("export", "--format", "csv")).out.count("\n") == 3
    assert "xmlUrl=" in (await loa.run("export", "--format", "opml")).out


async def test_a_table_and_a_gzipped_file_go_in_as_well_and_a_damaged_one_as_far_as_it_goes(
    tmp_path: Path, loa: Loa
) -> None:
    (tmp_path / "in.jsonl").write_text(LINES.replace("nonsense\n", ""), encoding="utf-8")
    assert (await loa.run("import", str(tmp_path / "in.jsonl"))).code == 0
    table = (await loa.run("export", "--format", "csv")).out
    again = Loa(folder=tmp_path / "again", api_root=loa.api_root, token=loa.token, sources=loa.sources)
    (tmp_path / "out.csv.gz").write_bytes(gzip.compress(table.encode()))
    taken = await again.run("import", str(tmp_path / "out.csv.gz"))
    assert (taken.code, taken.out) == (0, "imported 2, known already 0, bad lines 0\n")
    assert (await again.run("export", "--format", "csv")).out == table
    (tmp_path / "cut.gz").write_bytes(gzip.compress(LINES.encode() * 2)[:-9])
    cut = await again.run("import", str(tmp_path / "cut.gz"))
    assert (cut.code, cut.out.partition(",")[0]) == (1, "imported 0")
    assert "the file is damaged from here on" in cut.err
    (tmp_path / "sources.opml").write_text((await loa.run("export", "--format", "opml")).out, encoding="utf-8")
    known = await again.run("import", str(tmp_path / "sources.opml"))
    assert (known.code, known.out, known.err[:10]) == (0, "", "0 sources ")
    mistaken = await loa.run("export", "--what", "chats", "--format", "opml")
    assert (mistaken.code, mistaken.err.count("\n")) == (2, 1)


async def test_an_export_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, loa: Loa) -> None:
    (tmp_path / "in.jsonl").write_text(LINES, encoding="utf-8")
    await loa.run("import", str(tmp_path / "in.jsonl"))
    with Path("/dev/full").open("wb") as full:
        process = await asyncio.create_subprocess_exec(
            *loa._command("export"), cwd=ROOT, env=loa._environment(), stdout=full, stderr=asyncio.subprocess.PIPE
        )
        _, told = await process.communicate()
    assert process.returncode == 1
    assert told.decode() == "loa: the export broke off: its output cannot be written (No space left on device)\n"


async def test_what_is_held_is_listed_pushed_or_dropped(tmp_path: Path) -> None:
    async with PretendPortal() as portal:
        source = {"url": f"{portal.url}/rss"}
        loa = Loa(folder=tmp_path, api_root="http://127.0.0.1:9", token="1234567:nobody-is-there", sources=[source])
        assert (await loa.run("poll")).code == 0
        portal.publish("Trúng thưởng lớn mỗi ngày", link="https://song-bai.example/vao-ngay-77.html")
        portal.publish("Quay số nhận quà", link="https://song-bai.example/quay-so-78.html")
        assert (await loa.run("poll")).code == 0
        lines = (await loa.run("held")).out.splitlines()
        first, second = (line.split("\t")[0] for line in lines)
        assert [line.split("\t")[1] for line in lines] == ["foreign_host", "foreign_host"]
        assert (await loa.run("held", "--push", first)).out.startswith(f"{first}\tpushed")
        assert (await loa.run("held", "--drop", second)).out == f"{second}\tdropped\n"
        assert (await loa.run("held")).out == "nothing is held\n"
        again = await loa.run("held", "--drop", first)
        assert (again.code, again.err) == (1, f"loa: no item {first} is held - `loa held` lists those that are\n")


async def test_a_backup_is_put_back_and_a_broken_one_is_not(tmp_path: Path, loa: Loa) -> None:
    (tmp_path / "in.jsonl").write_text(LINES, encoding="utf-8")
    await loa.run("import", str(tmp_path / "in.jsonl"))
    assert (await loa.run("backup", str(tmp_path / "copy.db"))).code == 0
    (tmp_path / "broken.db").write_bytes(b"no database" * 99)
    refused = await loa.run("restore", str(tmp_path / "broken.db"))
    assert refused.code == 1
    assert "no SQLite database" in refused.err
    for rest in tmp_path.glob("loa.db*"):
        rest.unlink()
    assert (await loa.run("restore", str(tmp_path / "copy.db"))).code == 0
    assert "items                             2" in (await loa.run("stats")).out


async def test_preview_shows_a_file_and_a_trouble_without_any_configuration(tmp_path: Path, loa: Loa) -> None:
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    seen = await loa.run("preview", str(tmp_path / "feed.xml"), "--json")
    assert seen.code == 0
    assert json.loads(seen.out)["items"][0]["title"] == "Một tin"
    missing = await loa.run("preview", str(tmp_path / "absent.xml"), "--json")
    assert missing.code == 1
    assert "absent.xml" in json.loads(missing.out)["trouble"]


async def test_check_and_poll_say_what_is_amiss(loa: Loa) -> None:
    checked = await loa.run("check")
    assert checked.code == 1
    assert "ok\tdatabase" in checked.out
    assert "FAIL\ttoken\tTelegram cannot be reached" in checked.out
    assert "FAIL\ttdkt" in checked.out
    polled = await loa.run("poll")
    assert polled.code == 1
    assert "tdkt\ttrouble: " in polled.out


async def test_check_is_content_when_all_is_well_and_a_test_message_arrives(tmp_path: Path) -> None:
    async with PretendTelegram() as telegram, PretendPortal() as portal:
        source = {"url": f"{portal.url}/rss"}
        loa = Loa(folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=[source])
        checked = await loa.run("check")
        assert checked.code == 0, checked
        assert "ok\ttoken\t@loa_demo_bot" in checked.out
        assert "14 items" in checked.out
        telegram.say(5001, "xin chào")
        assert (await loa.run("send-test", "5001")).code == 0
        assert "tin nhắn thử" in telegram.sent(5001)[0]["text"]
        polled = await loa.run("poll", "tdkt")
        assert (polled.code, polled.out) == (0, "tdkt\tfirst reading: 14 items, nobody is owed them\n")


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("run", "--nonsense"), ("search",), ("poll", "unknown-source"), ("search", "a", "--limit", "x")],
)
async def test_a_mistake_in_usage_is_one_line_and_2(loa: Loa, words: tuple[str, ...]) -> None:
    mistaken = await loa.run(*words)
    assert mistaken.code == 2
    assert mistaken.err.count("\n") == 1


async def test_every_mistake_of_the_configuration_is_a_line_of_its_own(tmp_path: Path, loa: Loa) -> None:
    with loa.config.open("a", encoding="utf-8") as file:
        file.write('\n[[sources]]\nid = "x"\nurl = "http://127.0.0.1:1/x"\ninterval = "often"\nintervall = "5m"\n')
    mistaken = await loa.run("run")
    assert mistaken.code == 2
    first, second = sorted(mistaken.err.splitlines())
    assert first.startswith('config.toml: sources[2].interval = "often" - give a duration such as "5m"')
    assert second.startswith('config.toml: sources[2].intervall - this setting is not known; did you mean "interval"')


async def test_help_tells_what_each_command_is_for(loa: Loa) -> None:
    told = await loa.run("--help")
    assert told.code == 0
    for name in ("run", "demo", "check", "poll", "preview", "search", "import", "export", "init", "backup", "restore"):
        assert f"\n  {name} " in told.out
        assert (await loa.run(name, "--help")).out.startswith(f"Usage: loa {name}")


async def test_init_asks_tries_and_writes(tmp_path: Path, loa: Loa) -> None:
    async with PretendTelegram() as telegram, PretendPortal() as portal:
        loa.environment = {"TELEGRAM_BOT_TOKEN": telegram.token}
        before = f'# kept\n[telegram]\napi_root = "{telegram.url}"\nadmins = []\n[fetch]\nallow_private = true\n'
        loa.config.write_text(before, encoding="utf-8")
        answers = f"no address\n{portal.url}/rss\nTin tỉnh\n1001 1002\n"
        done = await loa.run("init", "--config", str(loa.config), text=answers)
        assert done.code == 0, done
        written = loa.config.read_text("utf-8")
        assert written.startswith("# kept\n")
        assert "admins = [1001, 1002]" in written
        assert 'title = "Tin tỉnh"' in written
        assert "ok   token: @loa_demo_bot" in done.out
        assert "ok   portal: feed, 14 items" in done.out
        assert telegram.token not in done.out + done.err
