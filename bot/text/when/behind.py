"""What may stand behind a time and says more about it, so that the time alone would be wrong.

"14:05 (12:05 UTC)", "8:15 on Monday in the evening", "Sep 12 14:05 2022": the time in front of each can be
read, and is not the one that was meant, or may not be. Such a text is refused.
"""

from __future__ import annotations

from bot.text.when.words import (
    CLOCK_SHAPE,
    CLOCK_WORD,
    COUNTED_WORD,
    END,
    MONTH,
    NUMBER_WORD,
    SP,
    UNIT,
    WEEKDAY,
    Pattern,
    one_of,
    pattern,
)
from bot.text.when.zones import ABBREVIATIONS

_ENDS = r"(?=\s*(?:\Z|[\n:,;.)\]–—]|-(?!\w)))"
_ROUGHLY = (
    r"(?:~|approximately|approx\.?|about|around|roughly|circa|ca\.|ca(?!\.)"
    rf"|more{SP}or{SP}less|give{SP}or{SP}take)"
)
_DAYTIME = "(?:morning|afternoon|evening|night|daytime)"

ANOTHER_CLOCK = pattern(
    rf"{SP}*(?:[(\[=|]|[-=]+>|→|/){SP}*(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ])?{CLOCK_SHAPE}(?![0-9])"
    rf"|{SP}+(?:through|thru|til|untill|upto|up{SP}to){SP}+(?:[0-9]{{1,2}}:[0-9]{{2}}|[0-9]{{1,2}}{SP}?[ap]m{END})"
    rf"|,?{SP}*[(\[]?(?:[0-9]{{1,4}}{SP}?|{NUMBER_WORD}{SP}+){UNIT}{SP}+ago{END}"
    rf"|{SP}?(?:minutes?|mins?|seconds?|secs?){SP}+ago{END}"
)
"""A second clock or length: an end of a range, the same in another zone, how long ago."""

ANOTHER_DAY = pattern(
    rf",?{SP}+(?:this|that|past){SP}+(?:day|{WEEKDAY}){END}|,?{SP}+(?:tues|weds|thurs|thur){END}"
    rf"|,?{SP}+(?:on{SP}+)?(?:the{SP}+)?[0-9]{{1,2}}(?:st|nd|rd|th){SP}+(?:of{SP}+)?{MONTH}{END}"
    rf"|{SP}*[+−-]{SP}?[0-9]{{1,3}}{SP}?{UNIT}{END}"
)
"""A day that is not read behind a clock, or a length that is added to it."""

ITS_HALF = pattern(
    rf",?{SP}+(?:(?:in|during){SP}+the{SP}+(?:(?:early|late){SP}+)?{_DAYTIME}|at{SP}+night){END}|{SP}+[ap]\.?m{END}"
)
"""The half of the day, behind what ends a time otherwise."""

ITS_YEAR = pattern(
    rf",?{SP}+(?:19|20)[0-9]{{2}}{END}(?![:.]?[0-9])(?!{SP}+(?:[a-z-]+s|percent|pct|of|k|m|mb|gb|ms){END})"
)
"""A year behind the clock of a day without one."""

A_DAY = pattern(
    rf"{SP}*[(\[,]*{SP}*(?:on{SP}+)?(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{MONTH}\.?{SP}+[0-9]{{1,2}}|[0-9]{{1,2}}\.?{SP}+(?!may{END}){MONTH}"
    rf"|[0-9]{{1,2}}[/.][0-9]{{1,2}}[/.][0-9]{{4}}|yesterday|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day){END}"
)
"""A day behind a time that has one already."""

ITS_ZONE = Pattern(
    rf"{SP}*[)\]*_`]{SP}*(?:UTC|GMT|{one_of(ABBREVIATIONS)})(?![\w'’])"
    rf"|{SP}*[(\[]?(?:[ECMP]\.{SP}?[SD]?\.?T\.|GMT[+-]?0|UTC[+-]?0|[Dd]aylight{SP}time|(?:DST|LT){_ENDS})(?![\w'’])"
    rf"|{SP}+(?:Europe|America|Asia|Africa|Australia|Atlantic|Indian|Antarctica|Arctic|Etc|Canada|Brazil|Mexico)/[A-Za-z_]+"
    rf"|{SP}*[(\[](?:[Ll]ocal|[Hh]ere|[Ss]erver)(?:{SP}time)?[)\]]"
)
"""A zone that is not read where it stands, or is not known."""

ITS_PRECISION = pattern(
    rf"{SP}*[(\[]{_ROUGHLY}[)\]]|{SP}+{_ROUGHLY}{_ENDS}"
    rf"|{SP}*(?:±|\+/-|\+-){SP}*(?:[0-9]|{CLOCK_WORD}|{COUNTED_WORD})"
)
"""How sure the author is of the time."""
