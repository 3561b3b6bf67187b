"""What people write in front of a line: a time understood whole, a refusal with an example, or text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.when import FutureTime, UnreadableTime, needs_zone, read_moment, split_leading_moment

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2023, 9, 13, 15, 30, tzinfo=UTC)  # a Wednesday, 17:30 in Zurich

READ = {
    # a zone in a word
    "9:05am est": "13 14:05",
    "9:05am EST": "13 14:05",
    "9:05 am edt": "13 13:05",
    "6:05 AM Pacific": "13 13:05",
    "6:05 AM Pacific Time": "13 13:05",
    "6:05 pst": "13 14:05",
    "6:05 Pst": "13 14:05",
    "6:05 AM pt": "13 13:05",
    "6:05 (pt)": "13 13:05",
    "9:05 AM eastern": "13 13:05",
    "9:05 Eastern Time": "13 13:05",
    "9:05 Eastern Daylight Time": "13 13:05",
    "9:05 Central Standard Time": "13 15:05",
    "13:05 London time": "13 12:05",
    "13:05 london time": "13 12:05",
    "9:05 New York time": "13 13:05",
    "9:05 NYC time": "13 13:05",
    "13:05 UK time": "13 12:05",
    "16:05 (Kyiv time)": "13 13:05",
    "17:05 India time": "13 11:35",
    "17:05 Indian Standard Time": "13 11:35",
    "yesterday 21:05 Japan Standard Time": "13 12:05",
    "14:05 cest": "13 12:05",
    "14:05 cet": "13 12:05",
    "13:05 bst": "13 12:05",
    "13:05 British Summer Time": "13 12:05",
    "14:05 Central European Time": "13 12:05",
    "14:05 europe/berlin": "13 12:05",
    "14:05 utc": "13 14:05",
    "14:05 utc+2": "13 12:05",
    "14:05Z": "13 14:05",
    "14:05 Zulu": "13 14:05",
    "2023-09-13T12:05:00Z": "13 12:05",
    "2023-09-13T14:05+02:00": "13 12:05",
    "2023-09-13t12:05:00Z": "13 12:05",
    # a half of the day in a word
    "2:05 in the afternoon": "13 12:05",
    "9:05 in the morning": "13 07:05",
    "2 in the afternoon": "13 12:00",
    "3 in the morning": "13 01:00",
    "at 3 in the morning": "13 01:00",
    "5:05 in the evening": "13 15:05",
    "2:05 at night": "13 00:05",
    "2:05 this afternoon": "13 12:05",
    "9 this morning": "13 07:00",
    "9:15 this morning": "13 07:15",
    "this morning at 9:15": "13 07:15",
    "early this morning at 4:20": "13 02:20",
    "9:15 last night": "12 19:15",
    "9:15 PM last night": "12 19:15",
    "21:15 last night": "12 19:15",
    "9 last night": "12 19:00",
    "last night at 9:15": "12 19:15",
    "last night around 23:50": "~12 21:50",
    "1:30 last night": "12 23:30",
    "00:30 last night": "12 22:30",
    "7:15 yesterday evening": "12 17:15",
    "yesterday evening at 7:15": "12 17:15",
    "yesterday morning, 9:15": "12 07:15",
    "Monday evening 8:15": "11 18:15",
    "8:15 Monday evening": "11 18:15",
    "8:15 on Monday evening": "11 18:15",
    "yesterday 8:15 in the evening": "12 18:15",
    "2:05 in the afternoon London time": "13 13:05",
    "9:15 PT last night": "13 04:15",
    # noon and midnight
    "noon": "13 10:00",
    "at noon": "13 10:00",
    "12 noon": "13 10:00",
    "12:00 noon": "13 10:00",
    "midday": "13 10:00",
    "noon UTC": "13 12:00",
    "yesterday at noon": "12 10:00",
    "noon yesterday": "12 10:00",
    "Sep 11, noon": "11 10:00",
    "midnight": "12 22:00",
    "12:00 midnight": "12 22:00",
    "12 midnight": "12 22:00",
    "twelve noon": "13 10:00",
    "14:05 [UTC]": "13 14:05",
    "14:05 (Berlin)": "13 12:05",
    "6:05 AM US Pacific": "13 13:05",
    "14 h 05": "13 12:05",
    "14:05 pm": "13 12:05",
    "_14:05_": "13 12:05",
    "a quarter to 5pm": "13 14:45",
    "midnight UTC": "13 00:00",
    # spoken clocks
    "half past two in the afternoon": "13 12:30",
    "half past 2 pm": "13 12:30",
    "half past 14": "13 12:30",
    "quarter to three pm": "13 12:45",
    "a quarter past nine this morning": "13 07:15",
    "ten past two in the afternoon": "13 12:10",
    "20 minutes to 3 pm": "13 12:40",
    "quarter to one pm": "13 10:45",
    "two pm": "13 12:00",
    "2 o'clock in the afternoon": "13 12:00",
    "3 o’clock pm": "13 13:00",
    "15 o'clock": "13 13:00",
    # other ways to write a clock
    "2.05pm": "13 12:05",
    "2.05 p.m.": "13 12:05",
    "2:05PM": "13 12:05",
    "2 pm": "13 12:00",
    "14h05": "13 12:05",
    "9h30": "13 07:30",
    "14:05h": "13 12:05",
    "14:05 hrs": "13 12:05",
    "14:05 Uhr": "13 12:05",
    "14 Uhr": "13 12:00",
    "um 14:05": "13 12:05",
    "à 14h05": "13 12:05",
    "14.05 Uhr": "13 12:05",
    "1405Z": "13 14:05",
    "1405 UTC": "13 14:05",
    "1405 hrs": "13 12:05",
    "14時05分": "13 12:05",
    "14时05分": "13 12:05",
    "14点05分": "13 12:05",
    "14시 05분": "13 12:05",
    "午後2時5分": "13 12:05",
    "下午2点": "13 12:00",
    "14時半": "13 12:30",
    "１４：０５": "13 12:05",
    "１４:０５": "13 12:05",
    "１０ minutes ago": "13 15:20",
    "١٤:٠٥": "13 12:05",
    "@14:05": "13 12:05",
    "exactly at 14:05": "13 12:05",
    "<!date^1694606700^{date_short_pretty} {time}|2023-09-13 12:05 UTC>": "13 12:05",
    "&lt;!date^1694606700^{date} {time}|then&gt;": "13 12:05",
    # how long ago
    "1,5 hours ago": "13 14:00",
    "1.5h ago": "13 14:00",
    "1½ hours ago": "13 14:00",
    "1 1/2 hours ago": "13 14:00",
    "an hour and a half ago": "13 14:00",
    "one and a half hours ago": "13 14:00",
    "two and a half hours ago": "13 13:00",
    "an hour and twenty minutes ago": "13 14:10",
    "half an hour ago": "13 15:00",
    "½ hour ago": "13 15:00",
    "a quarter of an hour ago": "13 15:15",
    "three quarters of an hour ago": "13 14:45",
    "twenty-five minutes ago": "13 15:05",
    "twenty five mins ago": "13 15:05",
    "ninety seconds ago": "13 15:28:30",
    "1h30 ago": "13 14:00",
    "1:30 hours ago": "13 14:00",
    "1hr 20min ago": "13 14:10",
    "-5m": "13 15:25",
    "-10 minutes": "13 15:20",
    "about an hour ago": "~13 14:30",
    # a day in brackets, more zones, minutes to an hour
    "14:05 (2023-09-10)": "10 12:05",
    "14:05 (yesterday)": "12 12:05",
    "14:05 (10 Sep)": "10 12:05",
    "14:05 (on Monday)": "11 12:05",
    "14:05 UTC (yesterday)": "12 14:05",
    "14:05 [yesterday] UTC": "12 14:05",
    "14:05 MEZ": "13 13:05",
    "14:05 MESZ": "13 12:05",
    "14:05 UT": "13 14:05",
    "14:05 UCT": "13 14:05",
    "9:05 EST5EDT": "13 13:05",
    "9:05 am EST5EDT": "13 13:05",
    "20 to 3pm": "13 12:40",
    "2 minutes to 3pm": "13 12:58",
    "20 minutes to 15": "13 12:40",
}

REFUSED = [
    # either half of the day, or either end of it
    "half past two",
    "Half past two",
    "quarter to three",
    "ten past two",
    "quarter past 9",
    "two o'clock",
    "3 o'clock",
    "at 9",
    "at 9:",
    "at 9, ",
    "around 9",
    "at nine:",
    "half two",
    "yesterday midnight",
    "midnight on Monday",
    "noon deploy",
    "midnight backup",
    "12:15 at night",
    "2:05 last evening",
    # a contradiction
    "14:05 in the morning",
    "2:05 am in the afternoon",
    "14:05 tonight",
    "yesterday 9:15 last night",
    "9:15 in the afternoon",
    "1:30 yesterday night",
    # a zone that is not sure
    "14:05 IST",
    "14:05 ist",
    "14:05 CST",
    "14:05 cst",
    "14:05 Central Time",
    "14:05 ET/PT",
    "14:05 UTC / 16:05 CEST",
    # half understood before
    "14:05 or 14:10",
    "14:05 and 14:10",
    "14:05/14:10",
    "14:05, 14:10 and 14:15",
    "14:05 the next day",
    "14:05 last week",
    "14:05 next Monday",
    "14:05 the following morning",
    "14:05-ish",
    "14:05ish",
    "14:05 or so",
    "5:30 ago",
    "14:5",
    "14;05",
    "25h05",
    "14.05",
    "at 2.05",
    # to come
    "in 10 minutes",
    "in ten minutes",
    "in an hour",
    "in half an hour",
    "in about 5 min",
    "in 2 days",
    "+5m",
    "+10 min",
    "+ 1 hour",
    "10 minutes from now",
    "an hour from now",
    "tomorrow",
    "tomorrow at 10",
    "next week",
    "next Monday",
    "later today",
    "18:05",
    "6:05 PM",
    "noon PT",
    "tonight at 8",
    "8 tonight",
    # how long ago, roughly
    "a couple of minutes ago",
    "a few hours ago",
    "5-10 minutes ago",
    "5 to 10 minutes ago",
    "20ish minutes ago",
    "ten or so minutes ago",
    "an hour or two ago",
    "less than an hour ago",
    "a good hour ago",
    "not long ago",
    "45' ago",
    "some time ago",
    "a while ago",
    "two thirty pm",
    "noonish",
    "quarter of three",
    "the day before yesterday 14:05",
    "2:05 p",
    "2p",
    "2:05 P M",
    "2:05 in the PM",
    "2:05 de la tarde",
    "2:05 nachmittags",
    "14:05 local time",
    "14:05 server time",
    "14:05 頃",
    "14:05 the day before",
    "between 2 and 3pm",
    "gegen 14:05",
    "time: 14:05",
    ":pushpin: 14:05",
    "5 minuten geleden",
    "just over 2 hours ago",
    "more than 2 hours ago",
    "2 days ago",
    # a moment that is not known
    "T-10",
    "T-10m",
    "T+5 min",
    "T - 5m",
    "10 minutes later",
    "two hours earlier",
    "10分前",
    "vor 10 Minuten",
    "il y a 10 minutes",
    "hace 10 minutos",
    "14:05頃",
    "2時",
    "午前12時5分",
    # a day without a clock, a year that is not sure
    "yesterday",
    "last night",
    "this morning",
    "Sep 10",
    "2023-09-10",
    "Aug 1 14:05",
    "Dec 24 14:05",
    "27/08 14:05",
    "1405:",
    "1405 -",
    "1405 restarted",
    "0900",
    # a range, or a day or a zone that was left out before
    "2 to 3pm",
    "9 to 10am",
    "2 to 3 in the afternoon",
    "two to three pm",
    "2 till 3pm",
    "10 to 11pm",
    "14 Uhr 05",
    "14:05 - 2023-09-10",
    "14:05 - yesterday",
    "14:05 – Sep 10",
    "14:05 (yesterday UTC)",
    "14:05 10.9.",
    "14:05 (10.9.)",
    "14:05 the 10th",
    "14:05 on the 10th",
    "14:05 gestern",
    "14:05 Uhr gestern",
    "14:05 am Montag",
    "14:05 hier",
    "14:05 вчера",
    "14:05 yest",
    "14:05 yesteday",
    "14:05 (Moday)",
    "14:05 - last night",
    "14:05 (this morning)",
    "9:05 am mountain",
    "2pm central",
    "14:05 TRT",
    "14:05 PHT",
    "14:05 ART",
    "14:05 BDT",
    "14:05 ICT",
    "2:05 pm CLT",
    "14:05 COT",
    "14:05 MYT",
    "14:05 IRST",
    "14:05 (NPT)",
    "14:05 CEDT",
    "14:05 Tokyo:",
    "14:05, UTC",
    "14:05 - UTC",
    "14:05 - CET:",
    "an hour ago yesterday",
    "10 minutes ago (gestern)",
    "10 minutes ago on Monday",
    "1 hour ago and 30 minutes",
    "2 hours ago at 14:05",
    # recorded as now before
    "2:5pm",
    "14:5pm",
    "14::05",
    "14 :05",
    "14: 05",
    "9a",
    "905am",
    "9 05 am",
    "9.5 am",
    "2-pm",
    "14.05.33",
    "14 heures 05",
    "gestern 14:05",
    "gestern um 14:05",
    "heute 14:05",
    "hier 14h05",
    "hier à 14h05",
    "Montag 14:05",
    "am Montag um 14:05",
    "seit 14:05",
    "klo 14:05",
    "в 14:05",
    "yesteday 14:05",
    "yesteday at 14:05",
    "yest 2pm",
    "this Monday 2pm",
    "the 10th at 14:05",
    "10th 14:05",
    "c. 14:05",
    "2 yesterday",
    "5 mintues ago",
    "10 minuts ago",
    "10 mn ago",
    ".5h ago",
    "minus 5 minutes",
    "–5m",
    "ten to noon",
    "20 before midnight",
    "2 until 3pm",
]

TEXT = [
    "3 pods restarted",
    "500 errors on checkout",
    "5xx rate up",
    "1.4.2 rolled back",
    "42 customers",
    "2FA is broken",
    "3 of 5 replicas are back",
    "100% of traffic moved",
    "10k requests dropped",
    "7 nodes down",
    "4 of them",
    "1200 users affected",
    "2000 requests lost",
    "1405 errors",
    "1024 MB is too little",
    "1080p streams fail",
    "24/7 on-call",
    "3/4 of the pods",
    "2x the load",
    "1st responder paged",
    "2nd deploy",
    "12 hours of logs are lost",
    "5 minutes of downtime",
    "5 minute timeout hit",
    "30 day retention",
    "1.25 million requests",
    "99.9% of checks",
    "10.0.0.5 refuses",
    "10.0.0.5:80 refuses",
    "1:1 with the vendor",
    "8 cores pegged",
    "6 customers in the EU",
    "2 regions",
    "9 of 10",
    "1 more pod",
    "5 whys",
    "4xx are normal",
    "20 rps",
    "3.2 released",
    "1.10 deployed",
    "2 a day",
    "7 amplifiers",
    "half the pods are down",
    "Half of Europe",
    "quarter of the traffic",
    "An index is missing",
    "A second deploy",
    "second try",
    "one pod left",
    "two nodes down",
    "Ten pods restarted",
    "ten minutes of downtime",
    "an hour of logs",
    "in 3 regions",
    "In progress",
    "in the meantime",
    "in two clusters",
    "in 5 minute steps",
    "in short",
    "within 5 minutes all was back",
    "at 80% CPU",
    "at 10 req/s",
    "at 3 sites",
    "at least 3 pods",
    "at one point it flapped",
    "at two locations",
    "at last",
    "At the load balancer",
    "around 3 pods",
    "about 20 customers",
    "+1 from Ann",
    "+5 pods",
    "-1 replica",
    "- rolled back",
    "+5M rows",
    "T-shirt sizes",
    "T-Mobile is down",
    "last deploy reverted",
    "next deploy is safe",
    "next steps",
    "this deploy",
    "today's deploy",
    "Tomorrow's deploy",
    "Monday's deploy",
    "May was right",
    "may be the cache",
    "March on",
    "Sun is up",
    "now-defunct",
    "Now that it is back",
    "pt 2 of the migration",
    "est. 40 users",
    "IST team paged",
    "eastern region down",
    "London office is offline",
    "London time zone bug",
    "nothing new",
    "Midnight's job",
    "Zulu client crashed",
    "time to roll back",
    "Restarted at 14:05",
    "The 14:05 deploy",
    "Rolled back 10 minutes ago",
    "3 pods restarted an hour ago",
    "5 of 7 pods restarted 10 minutes ago",
    "later we saw more",
    "soon",
    "Since v2 it fails",
    "For everybody",
    "to the moon",
    "ago",
    "past it",
    "UTC is our zone",
    "2 to 3 replicas",
    "5 to 10 pods restarted",
    "20 after the deploy",
    "3 past incidents",
    "5 to 15 pods restarted",
    "10 to 14 replicas",
    "- 5 minutes of downtime",
    "- 5 minute timeout hit",
    "-5 % errors",
    "our 14:05 deploy",
    "10th deploy",
    "the 10th pod",
    "1.10.12 deployed",
    "Sundry fixes",
]


def moment_of(said: str) -> tuple[datetime, bool]:
    day, clock = said.lstrip("~").split()
    clock += ":00" if clock.count(":") == 1 else ""
    return datetime.fromisoformat(f"2023-09-{day}T{clock}+00:00"), said.startswith("~")


def test_the_list_is_long_enough() -> None:
    assert len(READ) + len(REFUSED) + len(TEXT) >= 300


@pytest.mark.parametrize(("phrase", "expected"), READ.items())
def test_a_time_is_understood_whole(phrase: str, expected: str) -> None:
    at, is_approximate = moment_of(expected)

    whole = read_moment(phrase, NOW, ZURICH)
    assert (whole.at, whole.until, whole.is_approximate) == (at, None, is_approximate)
    for joint in (": ", " - ", ", "):
        assert split_leading_moment(f"{phrase}{joint}Rolled back", NOW, ZURICH) == (whole, "Rolled back")
    if phrase not in ("noon", "midday", "midnight"):
        assert split_leading_moment(f"{phrase} Rolled back", NOW, ZURICH) == (whole, "Rolled back")


@pytest.mark.parametrize("phrase", REFUSED)
def test_what_is_not_understood_whole_is_refused_with_an_example(phrase: str) -> None:
    for text in (phrase, f"{phrase} it broke", f"{phrase}: it broke"):
        with pytest.raises(UnreadableTime) as refusal:
            split_leading_moment(text, NOW, ZURICH)
        sentence = refusal.value.sentence
        assert sentence.count("`") >= 4
        assert sentence.count("`") % 2 == 0
        assert "\n" not in sentence
        assert split_leading_moment(f"now {text}", NOW, ZURICH)[1] == text


def test_a_length_behind_a_dash_is_refused() -> None:
    with pytest.raises(UnreadableTime):
        split_leading_moment("– 5 min it broke", NOW, ZURICH)


@pytest.mark.parametrize("phrase", TEXT)
def test_what_is_no_time_stays_text(phrase: str) -> None:
    assert split_leading_moment(phrase, NOW, ZURICH) == (None, phrase)
    assert not needs_zone(phrase)


@pytest.mark.parametrize(
    "rest",
    [
        "the 2nd deploy failed",
        "the 10th pod is back",
        "London office is offline",
        "Mondays are slow",
        "mountain view office down",
        "GET requests fail",
        "artwork is missing",
        "3/4 of the pods",
        "(3/4 of the pods) failed",
        "(yesterday's deploy) failed",
    ],
)
def test_words_that_only_resemble_a_day_or_a_zone_are_text(rest: str) -> None:
    for joint in (" ", ": "):
        assert split_leading_moment(f"14:05{joint}{rest}", NOW, ZURICH)[1] == rest
    assert split_leading_moment(f"10 minutes ago {rest}", NOW, ZURICH)[1] == rest


@pytest.mark.parametrize(
    "phrase", ["in 10 minutes", "+5m", "tomorrow", "18:05", "an hour from now", "noon PT"]
)
def test_the_future_is_refused_as_the_future(phrase: str) -> None:
    with pytest.raises(FutureTime):
        split_leading_moment(f"{phrase} we fail over", NOW, ZURICH)


PARTS = {
    "in the morning": range(0, 12),
    "in the afternoon": range(12, 19),
    "in the evening": range(17, 24),
    "this morning": range(0, 12),
    "this afternoon": range(12, 19),
}
ZONES = {
    "": ZURICH,
    " UTC": ZoneInfo("UTC"),
    " pacific": ZoneInfo("America/Los_Angeles"),
    " London time": ZoneInfo("Europe/London"),
}


@given(
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(
        [
            "{h:02}:{m:02}",
            "{h}h{m:02}",
            "{t}:{m:02} {ap}m",
            "{t}.{m:02}{ap}m",
            "{h}時{m:02}分",
            "{h:02}{m:02} hrs",
        ]
    ),
    st.sampled_from(sorted(ZONES)),
)
def test_every_minute_of_a_day_in_every_form_is_read_exactly_or_refused(
    minute: int, form: str, zone: str
) -> None:
    h, m = divmod(minute, 60)
    phrase = "yesterday " + form.format(h=h, m=m, t=(h - 1) % 12 + 1, ap="ap"[h >= 12]) + zone
    expected = (NOW.astimezone(ZONES[zone]) - timedelta(days=1)).replace(hour=h, minute=m, second=0)

    assert read_moment(phrase, NOW, ZURICH).at == expected


@given(st.integers(0, 12), st.integers(0, 59), st.sampled_from(sorted(PARTS)))
def test_a_part_of_the_day_decides_the_half_or_the_time_is_refused(hour: int, minute: int, part: str) -> None:
    try:
        at = read_moment(f"{hour}:{minute:02} {part}", NOW, ZURICH).at.astimezone(ZURICH)
    except UnreadableTime:
        return
    assert at.hour in PARTS[part]
    assert at.hour % 12 == hour % 12
    assert at.minute == minute
