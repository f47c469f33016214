"""Each form in which portals write dates, and what is read from it: `python -m tests.bench.date_forms`.

One line a form: the text, the local time that was read (a day where the portal gave no time), and whether that is what
it means. The forms that only a page can tell apart (meta tags, split boxes) are read from a page.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.core.dates import read_date
from bot.model import Source
from bot.sources.article import read_article
from bot.sources.page import read_listing

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FORMS = (
    ("14/03/2019 04:05 PM", "2019-03-14 16:05"),
    ("12/03/2019 04:05 PM", "2019-03-12 16:05"),
    ("14-03-2019 | 16:05", "2019-03-14 16:05"),
    ("20/11/2026 - 11:37", "2026-11-20 11:37"),
    ("Thứ Năm, 14/03/2019, 16:05 (GMT+7)", "2019-03-14 16:05"),
    ("Thứ 5, 28/05/2026 17:00:00 GMT+7", "2026-05-28 17:00"),
    ("14/03/2019 4:05 CH", "2019-03-14 16:05"),
    ("14/03/2019 4:05 SA", "2019-03-14 04:05"),
    ("16:05, 14/03/2019", "2019-03-14 16:05"),
    ("16:05' - 14/03/2019", "2019-03-14 16:05"),
    ("21/07/2022 | 10:00 AM", "2022-07-21 10:00"),
    ("Cập nhật: 14/03/2019 16:05", "2019-03-14 16:05"),
    ("Ngày đăng 20/06/2018 | 4:12 PM", "2018-06-20 16:12"),
    ("Thu, 14 Mar 2019 16:05:00 GMT+7", "2019-03-14 16:05"),
    ("Thu, 14 Mar 2019 16:05:00 ICT", "2019-03-14 16:05"),
    ("Ngày 14 tháng 3 năm 2019", "2019-03-14"),
    ("3 giờ trước", "2026-11-25 07:00"),
    ("Hôm qua 08:30", "2026-11-24 08:30"),
    ("2019-03-14T16:05:00", "2019-03-14 16:05"),
    ("2019-03-14T09:05:00Z", "2019-03-14 16:05"),
    ("14/03/2019 12:00 AM", "2019-03-14"),
    ("(11/6/1948 - 11/6/2018)", "none"),
    ("26/11/2026 22:00", "none"),
    ("31/02/2026", "none"),
    ("3/14/2026", "none"),
)
PAGES = (
    ('<meta name="date" content="3/4/2026 6:52:01 AM">', "03/04/2026 06:52", "2026-04-03 06:52"),
    ('<meta name="date" content="3/4/2026 6:52:01 AM">', "", "2026-03-04 06:52"),
)
SHEETS = (("<b>14</b><i>03/2019</i>", "2019-03-14"), ("<b>14</b><i>Tháng 3</i><u>2019</u>", "2019-03-14"))


def told(at: datetime | None, date_only: bool) -> str:
    """An instant as a person in Hà Nội writes it, a day where there is no time."""
    return "none" if at is None else f"{at.astimezone(ZONE):{'%Y-%m-%d' if date_only else '%Y-%m-%d %H:%M'}}"


def rows() -> list[tuple[str, str, str]]:
    """Each form with what was read and what it means."""
    found = []
    for text, meant in FORMS:
        read = read_date(text, NOW)
        found.append((text, told(read.at, read.date_only) if read else "none", meant))
    for meta, shown, meant in PAGES:
        body = "".join(f"<p>{'Hội nghị đã nghe báo cáo và thảo luận phương hướng năm tới. ' * 6}</p>" for _ in range(3))
        html = f"<html><head>{meta}</head><body><h1>Hội nghị tổng kết năm</h1><p>{shown}</p>{body}</body></html>"
        article = read_article(html, "https://so.example.gov.vn/1", NOW, "Asia/Ho_Chi_Minh")
        found.append((f"{meta} {shown}", told(article.published_at, article.date_only), meant))
    for boxes, meant in SHEETS:
        row = f'<li><div>{boxes}</div><a href="/bai/{{}}">Thông báo số {{}} về lịch tiếp công dân</a></li>'
        html = f"<ul>{''.join(row.format(n, n) for n in range(3))}</ul>"
        source = Source(id="s", title="S", url="https://so.example.gov.vn/tin", kind="page")
        item = read_listing(html, source.url, source, NOW).items[0]
        found.append((boxes, told(item.published_at, item.date_only), meant))
    return found


def main() -> None:
    """Prints the table; ends with 1 where a form is misread."""
    wrong = 0
    for text, read, meant in rows():
        wrong += read != meant
        print(f"{text:<70} {read:<18} {'' if read == meant else 'WRONG, it means ' + meant}")
    print(f"{len(rows()) - wrong} of {len(rows())} forms are read right")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
