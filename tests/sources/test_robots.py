"""What a robots.txt forbids and asks for."""

import pytest

from sources.ingest.robots import MAX_BYTES, allows, crawl_delay, decode

AGENT = "Claimline/0.1 (+https://newsroom.example/bot; feed reader)"
PAGE = "https://press.example/story/1.html"


@pytest.mark.parametrize("robots", [None, "", "\n", "# nothing here", "<html>not found</html>"])
def test_no_rules_allow_everything(robots):
    assert allows(robots, PAGE, AGENT)
    assert crawl_delay(robots, AGENT) is None


def test_a_rule_for_everybody_is_obeyed():
    robots = "User-agent: *\nDisallow: /story/"
    assert not allows(robots, PAGE, AGENT)
    assert allows(robots, "https://press.example/about", AGENT)


def test_our_own_group_replaces_the_one_for_everybody():
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: Claimline\nDisallow: /private/"
    assert allows(robots, PAGE, AGENT)
    assert not allows(robots, "https://press.example/private/x", AGENT)


def test_our_name_is_known_in_any_case_and_by_the_product_token_alone():
    assert not allows("User-agent: CLAIMLINE\nDisallow: /", PAGE, AGENT)
    assert allows("User-agent: reader\nDisallow: /", PAGE, AGENT)
    assert allows("User-agent: Claimliner\nDisallow: /", PAGE, AGENT)


def test_the_longest_rule_wins_and_allow_wins_a_tie():
    assert allows("User-agent: *\nDisallow: /story\nAllow: /story/1", PAGE, AGENT)
    assert not allows("User-agent: *\nAllow: /\nDisallow: /story/", PAGE, AGENT)
    assert allows("User-agent: *\nDisallow: /story/\nAllow: /story/", PAGE, AGENT)


def test_stars_and_the_end_mark_are_understood():
    robots = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*?print="
    assert not allows(robots, "https://press.example/a.pdf", AGENT)
    assert allows(robots, "https://press.example/a.pdf.html", AGENT)
    assert not allows(robots, "https://press.example/a?print=1", AGENT)


def test_an_empty_disallow_forbids_nothing():
    assert allows("User-agent: *\nDisallow:", PAGE, AGENT)


def test_several_agents_share_the_rules_that_follow():
    robots = "User-agent: other\nUser-agent: claimline\nDisallow: /"
    assert not allows(robots, PAGE, AGENT)


def test_escaped_and_plain_letters_are_the_same_path():
    robots = "User-agent: *\nDisallow: /été/"
    assert not allows(robots, "https://press.example/%C3%A9t%C3%A9/1", AGENT)


def test_robots_txt_itself_may_always_be_fetched():
    assert allows("User-agent: *\nDisallow: /", "https://press.example/robots.txt", AGENT)


def test_a_byte_order_mark_does_not_hide_the_first_group():
    robots = decode(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n")
    assert not allows(robots, PAGE, AGENT)


def test_broken_bytes_and_nul_do_not_hide_the_rules():
    robots = decode(b"# caf\xe9\nUser-agent: *\0\nDisallow: /\n")
    assert "\0" not in robots
    assert not allows(robots, PAGE, AGENT)


def test_the_crawl_delay_is_capped():
    assert crawl_delay("User-agent: *\nCrawl-delay: 2.5", AGENT) == 2.5
    assert crawl_delay("User-agent: *\nCrawl-delay: 864000", AGENT) == 60
    assert crawl_delay("User-agent: *\nCrawl-delay: 30", AGENT, cap=10) == 10


@pytest.mark.parametrize("delay", ["soon", "-5", "nan", "inf", ""])
def test_a_crawl_delay_that_is_no_number_is_none_or_the_cap(delay):
    assert crawl_delay(f"User-agent: *\nCrawl-delay: {delay}", AGENT) in (None, 60)


def test_the_delay_of_another_agent_is_not_ours():
    assert crawl_delay("User-agent: other\nCrawl-delay: 9", AGENT) is None


def test_an_agent_without_a_name_goes_by_the_rules_for_everybody():
    assert not allows("User-agent: *\nDisallow: /", PAGE, "")


def test_what_is_no_url_is_not_allowed():
    assert not allows("User-agent: *\nDisallow: /private/", "http://[/robots.txt", AGENT)


def test_a_file_as_large_as_is_read_is_understood_to_its_end():
    filler = "# nothing to see\n" * (MAX_BYTES // 17 - 10)
    assert not allows(filler + "User-agent: *\nDisallow: /", PAGE, AGENT)


def test_half_a_rule_at_the_end_of_what_was_read_is_no_rule():
    robots = "User-agent: *\n" + "# nothing to see\n" * (MAX_BYTES // 17)
    cut = (robots[: MAX_BYTES - 12] + "\nDisallow: /story-archive").encode()[:MAX_BYTES]
    assert cut.endswith(b"\nDisallow: /")
    assert allows(decode(cut), PAGE, AGENT)
