"""The portlets of a home page: about, links, albums."""

from bot.model import Album, AlbumPicture, Portlets, WebLink
from bot.sources.portlets import read_album, read_portlets
from tests.rooms.sources.pages import page

HOME = "https://so.example.gov.vn/"


def test_the_portlets_of_a_portal_without_boxes_end_where_the_next_begins() -> None:
    found = read_portlets(page("portlets/home_websphere"), HOME)
    assert found.about.splitlines()[1] == (
        "Trụ sở: số 12 đường Nguyễn Trãi, thành phố Hồng Khê. Điện thoại: 0200 3 812 345."
    )
    assert "Biểu dương" not in found.about
    assert [album.title for album in found.albums] == [
        "Hội thao công chức, viên chức năm 2026",
        "Tết trồng cây đầu xuân",
    ]


def test_linked_websites_are_found_in_a_drop_down_too() -> None:
    assert set(read_portlets(page("portlets/home_websphere"), HOME).links) == {
        WebLink(title="Cổng thông tin Chính phủ", url="https://chinhphu.example.vn"),
        WebLink(title="Sở Nội vụ", url="http://noivu.example.gov.vn/"),
        WebLink(title="Báo Đông Sơn", url="https://baodongson.example.vn"),
    }


def test_boxes_are_read_to_their_end() -> None:
    found = read_portlets(page("portlets/home_boxes"), HOME)
    assert found.about.startswith("Sở Văn hoá, Thể thao và Du lịch tham mưu")
    assert [link.title for link in found.links] == ["Cổng du lịch Đông Sơn", "Bảo tàng tỉnh"]


def test_pictures_that_lead_to_themselves_are_one_album_in_full_size() -> None:
    assert read_portlets(page("portlets/home_boxes"), HOME).albums == (
        Album(
            title="Đêm khai mạc lễ hội",
            pictures=(
                AlbumPicture(url="https://so.example.gov.vn/uploads/full/1.jpg", caption="Đêm khai mạc lễ hội"),
                AlbumPicture(url="https://so.example.gov.vn/uploads/full/2.jpg", caption="Đua thuyền trên sông"),
            ),
        ),
    )


def test_an_albums_page_gives_its_pictures_with_captions() -> None:
    album = read_album(page("portlets/album"), HOME + "anh")
    assert album.title == "Hội thao công chức, viên chức năm 2026"
    assert [picture.caption for picture in album.pictures] == ["Lễ khai mạc", "Chung kết kéo co", "Trao giải"]
    assert album.pictures[0].url == "https://so.example.gov.vn/anh/full/1.jpg"


def test_a_home_page_without_portlets_has_none() -> None:
    assert read_portlets("<html><body><p>Xin chào</p></body></html>", HOME) == Portlets()
    assert read_portlets(page("states/empty_websphere"), HOME) == Portlets()


def test_a_menu_entry_of_that_name_is_no_portlet() -> None:
    entry = '<span>Giới thiệu</span><ul><li><a href="/a">Chức năng, nhiệm vụ của Sở</a></li></ul>'
    menu = f"<nav><ul><li>{entry}</li></ul></nav>"
    assert read_portlets(f"<html><body>{menu}</body></html>", HOME).about == ""


def test_absurd_markup_has_no_portlets_and_no_pictures() -> None:
    assert read_portlets("<div>" * 200_000, HOME) == Portlets()
    assert read_album("<div>" * 200_000, HOME).pictures == ()


def test_of_a_page_with_several_albums_only_the_named_one_is_read() -> None:
    def album(title: str, *numbers: int) -> str:
        return f"<section><h2>{title}</h2>" + "".join(f'<img src="/anh/{n}.jpg">' for n in numbers) + "</section>"

    gallery = (
        f"<html><body><h1>Thư viện ảnh</h1>{album('Mùa lúa chín', 1, 2)}{album('Tết trồng cây', 3, 4, 5)}</body></html>"
    )
    found = read_album(gallery, HOME + "anh", "Tết trồng cây")
    assert [picture.url[-5:] for picture in found.pictures] == ["3.jpg", "4.jpg", "5.jpg"]
    assert len(read_album(gallery, HOME + "anh", "Một album khác").pictures) == 5


def test_an_invitation_to_read_on_is_no_part_of_what_is_said() -> None:
    box = (
        "<div><h2>Giới thiệu chung</h2><p>Sở Nội vụ là cơ quan chuyên môn của tỉnh. <a href='/g'>Xem tiếp</a></p></div>"
    )
    found = read_portlets(f"<html><body>{box}</body></html>", HOME)
    assert found.about == "Sở Nội vụ là cơ quan chuyên môn của tỉnh."
