"""A feed that names a hub is read with it; one that does not, without."""

from bot.model import Source
from bot.sources.reader_document import Document, understand
from tests.fakes import START

SOURCE = Source(id="tdkt", title="Tin", url="https://portal.example/rss")


def read(text: str) -> tuple[str, str]:
    document = Document(body=text.encode(), url="https://portal.example/rss")
    reading = understand(document, SOURCE, START, most=100_000).reading
    assert reading.trouble is None
    return reading.hub, reading.topic


def test_atom_and_rss_link_their_hub() -> None:
    links = (
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://portal.example/feed"/>'
    )
    item = "<item><title>Tin</title><link>https://portal.example/1</link></item>"
    rss = f'<rss version="2.0"><channel><title>Tin</title>{links}{item}</channel></rss>'
    assert read(rss) == ("https://hub.example/", "https://portal.example/feed")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title><link rel="hub" href="/hub"/>'
        "<entry><id>1</id><title>Tin</title></entry></feed>"
    )
    assert read(atom) == ("https://portal.example/hub", "https://portal.example/rss")


def test_a_json_feed_lists_its_hubs() -> None:
    text = '{"version": "https://jsonfeed.org/version/1.1", "title": "Tin", "items": [], "hubs": %s}'
    hubs = '[{"type": "rssCloud", "url": "https://no.example"}, {"type": "WebSub", "url": "https://hub.example/"}]'
    assert read(text % hubs) == ("https://hub.example/", "https://portal.example/rss")
    assert read(text % '"nonsense"')[0] == ""


def test_a_feed_without_a_hub_has_none() -> None:
    item = "<item><title>Tin</title></item>"
    assert read(f'<rss version="2.0"><channel><title>Tin</title>{item}</channel></rss>')[0] == ""
