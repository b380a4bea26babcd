"""Reading the dates publishers write, and choosing the one to believe."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.ingest.dates import Date, choose, from_url, parse_date

TORONTO = "America/Toronto"
NOON = datetime(2023, 6, 13, 12, 0, tzinfo=UTC)
NOW = datetime(2023, 6, 14, 6, 0, tzinfo=UTC)


def read(raw, **options):
    return parse_date(raw, **{"tz": TORONTO, **options})


def at(*numbers):
    return Date(datetime(*numbers, tzinfo=UTC), "second")


@pytest.mark.parametrize(
    "raw",
    [
        "Tue, 13 Jun 2023 08:00:00 -0400",
        "Tue, 13 Jun 2023 08:00:00 EDT",
        "13 Jun 23 12:00:00 GMT",
        "2023-06-13T08:00:00-04:00",
        "2023-06-13T12:00:00.250Z",
        "2023-06-13 12:00:00 UTC",
        "20230613T120000Z",
        "Tue Jun 13 2023 08:00:00 GMT-0400 (Eastern Daylight Time)",
        "Tue Jun 13 08:00:00 EDT 2023",
        "June 13, 2023, 8:00:00 a.m. ET",
        "mar., 13 juin 2023 08:00:00 -0400",
        "2023年6月13日 20:00:00 +0800",
    ],
)
def test_one_instant_is_read_from_every_way_of_writing_it(raw):
    assert read(raw) == Date(NOON, "second")


@pytest.mark.parametrize(
    ("raw", "hour"),
    [("EST", 13), ("EDT", 12), ("HNE", 13), ("HAE", 12), ("HNT", 11.5), ("PST", 16), ("CEST", 6)],
)
def test_case_58_english_and_french_zone_names_are_known(raw, hour):
    expected = datetime(2023, 3, 9, tzinfo=UTC) + timedelta(hours=hour)
    assert read(f"Thu, 09 Mar 2023 08:00:00 {raw}").at == expected


def test_a_zone_name_means_what_it_means_where_the_feed_is():
    raw = "13 Jun 2023 20:00:00 CST"
    assert read(raw, tz="Asia/Shanghai").at == NOON
    assert read(raw).at == datetime(2023, 6, 14, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["13 juin 2023 à 8 h 05", "le mardi 13 juin 2023, 8h05", "mar. 13 juin 2023 08:05"]
)
def test_case_55_french_times_are_read_in_the_zone_of_the_feed(raw):
    assert read(raw) == Date(datetime(2023, 6, 13, 12, 5, tzinfo=UTC), "minute", ("naive",))


def test_the_first_of_a_month_in_french_is_read():
    assert read("1er août 2023").at.date().isoformat() == "2023-08-01"


def test_chinese_afternoons_are_read():
    assert read("2023年6月13日 下午8:05", tz="Asia/Shanghai").at.hour == 12


@pytest.mark.parametrize(
    ("raw", "language"),
    [("13. Juni 2023", "de"), ("13 de junio de 2023", "es"), ("13 июня 2023", "ru-RU")],
)
def test_other_languages_are_read_when_the_feed_says_it_is_in_them(raw, language):
    found = read(raw, languages=(language, "en"))
    assert (found.at.date().isoformat(), found.precision) == ("2023-06-13", "day")


def test_a_time_without_a_zone_is_flagged():
    assert read("2023-06-13T08:00:00") == Date(NOON, "second", ("naive",))


def test_an_hour_that_the_clocks_repeat_is_flagged():
    assert read("2023-11-05 01:30").flags == ("naive", "ambiguous")
    assert read("2023-11-05 01:30 EST").flags == ()


def test_an_unknown_zone_of_the_feed_counts_as_utc():
    assert read("2023-06-13 12:00:00", tz="Atlantis/Harbour").at == NOON


def test_a_day_stands_at_noon_utc_so_that_it_is_the_same_day_here_and_there():
    assert read("2023-06-13") == Date(NOON, "day", ("naive",))
    assert read("2023-06-13", tz="Asia/Shanghai") == read("2023-06-13")


def test_case_61_half_past_eleven_at_night_in_toronto_is_the_next_day_in_utc():
    found = read("Tue, 13 Jun 2023 23:30:00 -0400")
    assert found.at == datetime(2023, 6, 14, 3, 30, tzinfo=UTC)


def test_case_60_day_and_month_are_not_guessed():
    assert read("06/07/2023") is None
    assert read("06/07/2023 08:00 AM") is None
    assert read("13/06/23") is None


def test_an_editor_says_whether_the_day_or_the_month_comes_first():
    assert read("06/07/2023", date_order="DMY").at.month == 7
    assert read("06/07/2023", date_order="mdy").at.month == 6


@pytest.mark.parametrize("raw", ["13/06/2023", "06/13/2023", "13.06.2023"])
def test_day_and_month_are_read_where_only_one_order_is_possible(raw):
    assert read(raw).at.date().isoformat() == "2023-06-13"


@pytest.mark.parametrize(
    "raw",
    [
        "", "0000-00-00", "10000-01-01", "Mon, 31 Feb 2023 10:00:00 GMT", "2023-13-45T99:99:99Z",
        "2023-06-13T10:00:00+99:00", "yesterday", "il y a 2 heures", "1686657600", "-1", "1e400",
        "2023", "2023-06", "13 juin", "13 juin 08:05", "9999-12-31T23:59:59Z", "not a date",
        "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 5000,
    ],
)  # fmt: skip
def test_case_56_what_states_no_complete_possible_date_is_no_date(raw):
    assert read(raw) is None


def test_midnight_may_be_written_as_hour_24_and_seconds_as_60():
    assert read("2023-06-13T24:00:00Z").at == datetime(2023, 6, 14, tzinfo=UTC)
    assert read("2023-06-13T23:59:60Z").at.second == 59


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["America/Toronto", "Asia/Kolkata", "", "../etc"]))
def test_any_text_gives_a_date_or_none(raw, tz):
    found = parse_date(raw, tz=tz, languages=())
    assert found is None or found.at.tzinfo is UTC


@settings(deadline=None)
@given(
    st.from_regex(
        r"\d{1,5}[-/. ](\d{1,2}|juin|Jun|мая)[-/. ]\d{1,5}[ T]?\d{0,3}:?\d{0,3}.{0,8}",
        fullmatch=True,
    )
)
def test_what_looks_like_a_date_gives_a_date_or_none(raw):
    found = read(raw)
    assert found is None or 1994 < found.at.year < 2201


@settings(deadline=None)
@given(st.datetimes(datetime(1995, 1, 2), datetime(2199, 12, 30)))
def test_what_we_write_ourselves_is_read_as_written(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert read(moment.isoformat()) == Date(moment, "second")
    assert read(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == Date(moment, "second")


# ------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "path", ["/2023/06/13/never-met", "/news/2023/jun/13/x", "/2023-06-13-x", "/a/2023/6/13"]
)
def test_a_day_is_read_from_an_address(path):
    assert from_url(f"https://ledger.example{path}") == Date(NOON, "day", ("naive",))


@pytest.mark.parametrize(
    "path", ["/2023/06/", "/2023/13/13/x", "/x?d=/2023/06/13/", "/20230613123"]
)
def test_other_numbers_in_an_address_are_no_day(path):
    assert from_url(f"https://ledger.example{path}") is None


# ------------------------------------------------------------------------------- choosing


def chosen(**candidates):
    return choose(candidates, first_seen=NOW, now=NOW)


def test_the_page_is_believed_before_the_feed():
    found = chosen(feed=at(2023, 6, 13, 9), jsonld=at(2023, 6, 13, 8), meta=at(2023, 6, 13, 7))
    assert (found.origin, found.published_at.hour) == ("jsonld", 8)


def test_a_date_with_a_zone_is_believed_before_one_without():
    naive = Date(NOON, "second", ("naive",))
    assert chosen(jsonld=naive, feed=at(2023, 6, 13, 9)).origin == "feed"
    assert chosen(jsonld=naive, url=at(2023, 6, 13, 9)).origin == "jsonld"


def test_a_time_is_believed_before_a_bare_day():
    day = Date(NOON, "day", ("naive",))
    assert chosen(jsonld=day, feed=Date(NOON, "minute", ("naive",))).precision == "minute"
    assert chosen(jsonld=day, htmldate=at(2023, 6, 13, 9)).origin == "jsonld"


def test_hints_are_believed_only_where_nobody_states_the_publication():
    assert chosen(url=at(2023, 6, 12), feed_updated=at(2023, 6, 13)).origin == "feed_updated"
    assert chosen(url=at(2023, 6, 12), feed=None).origin == "url"


def test_no_date_stays_unknown_and_is_sorted_by_when_we_saw_it():
    found = chosen(feed=None)
    assert (found.published_at, found.precision, found.origin) == (None, "unknown", "none")
    assert found.sort_at == NOW


def test_two_hours_ahead_is_kept_flagged_and_sorted_by_when_we_saw_it():
    found = chosen(feed=Date(NOW + timedelta(hours=2), "second"))
    assert found.published_at == NOW + timedelta(hours=2)
    assert (found.flags, found.sort_at) == (("future",), NOW)


def test_a_clock_ten_minutes_fast_is_not_the_future():
    assert chosen(feed=Date(NOW + timedelta(minutes=10), "second")).flags == ()


def test_years_ahead_is_no_date():
    found = chosen(feed=at(2099, 1, 1))
    assert (found.published_at, found.flags, found.sort_at) == (None, ("future",), NOW)


def test_an_impossible_date_gives_way_to_the_next():
    assert chosen(jsonld=at(2099, 1, 1), feed=at(2023, 6, 13)).origin == "feed"
    assert chosen(jsonld=at(1970, 1, 1), feed=at(2023, 6, 13)).origin == "feed"


def test_today_as_a_bare_day_is_not_the_future_in_the_morning():
    early = datetime(2023, 6, 13, 5, 0, tzinfo=UTC)
    found = choose({"feed": Date(NOON, "day")}, first_seen=early, now=early)
    assert (found.published_at, found.flags, found.sort_at) == (NOON, (), early)


def test_feed_and_page_days_apart_are_flagged_and_sorted_by_the_earlier():
    found = chosen(jsonld=at(2023, 6, 13), feed=at(2023, 6, 10))
    assert found.published_at == datetime(2023, 6, 13, tzinfo=UTC)
    assert found.flags == ("differs",)
    assert found.sort_at == datetime(2023, 6, 10, tzinfo=UTC)


def test_feed_and_page_a_day_apart_are_no_matter():
    assert chosen(jsonld=at(2023, 6, 13), feed=at(2023, 6, 12)).flags == ()


def test_what_was_doubtful_about_the_chosen_date_is_kept():
    assert chosen(feed=Date(NOON, "second", ("naive",))).flags == ("naive",)
