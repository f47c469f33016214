"""Profiles are data: each file can be read, its selectors are CSS, its patterns tell its platform alone."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.sources.page_profiles import profile_for, profile_from, profile_named, profiles
from tests.rooms.sources.pages import PAGES, page

PLATFORMS = {
    "drupal_views": "drupal",
    "liferay_asset_publisher": "liferay",
    "liferay_view_content": "liferay",
    "nukeviet_viewcat": "nukeviet",
    "sharepoint_sheet": "sharepoint",
    "websphere_portlets": "websphere",
}


def test_the_five_platforms_have_a_profile() -> None:
    assert [profile.id for profile in profiles()] == ["drupal", "liferay", "nukeviet", "sharepoint", "websphere"]
    assert profile_named("mambo") is None


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.id)
def test_every_selector_of_a_profile_is_css(profile: object) -> None:
    assert profile in profiles()
    empty = LexborHTMLParser("<p>x</p>")
    named = profile_named(getattr(profile, "id", ""))
    assert named is not None
    selectors = [*named.drop, *named.body]
    for layout in named.layouts:
        selectors += [text for text in (layout.item, layout.title, layout.date, layout.summary) if text]
    assert all(empty.css(selector) == [] for selector in selectors)


def test_each_platform_is_recognised_and_no_other_page_is() -> None:
    for path in (PAGES / "listings").glob("*.html"):
        found = profile_for(page(f"listings/{path.stem}"), "https://so.example.gov.vn/tin-tuc")
        assert (found.id if found else None) == PLATFORMS.get(path.stem)


def test_a_platform_is_recognised_by_its_addresses_too() -> None:
    found = profile_for("<p>x</p>", "https://so.example.gov.vn/wps/portal/tdkt/!ut/p/z1/04/")
    assert found is not None
    assert found.id == "websphere"


def test_an_unknown_key_of_a_profile_is_named() -> None:
    with pytest.raises(ValueError, match="unknown key 'layout'"):
        profile_from("mine", 'title = "Mine"\n[[layout]]\nitem = ".x"\n')
