"""Times as other languages, calendars and programs write them, and the slips that people make in them.

None of these is read: a text that begins with one is refused, since recording it as said now would be wrong.
"""

from __future__ import annotations

from bot.text.when.words import CLOCK_SHAPE, CLOCK_WORD, COUNTED_WORD, END, MONTH, SP, UNIT, Pattern, pattern

PRONOUN = "(?:i|it|we|the|they|he|she|all|everything|everybody|[a-z]+ed)"
HOUR = "(?:[01]?[0-9]|2[0-3])"
HALF = rf"{SP}?[ap]\.?m{END}"
ANY_CLOCK = rf"(?:{HOUR}[:h][0-5][0-9](?![0-9])|[0-9]{{1,2}}(?:[:.][0-9]{{2}})?{HALF})"
ORDINAL_DAY = r"(?:the[ ])?[0-9]{1,2}(?:st|nd|rd|th)"

_EAST = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_JOINT = rf",?{SP}{{1,3}}(?:(?:at|um|à|kl\.?|a{SP}las|alle|às|о|в|de|del){SP})?"
_TALKED_OF = rf"(?={SP}*(?:\Z|[:;–—,](?![0-9]))|{SP}+-{SP}|{SP}+{PRONOUN}{END})"
"""What follows words that are a time on their own, and not the beginning of a sentence."""
_LETTERS = r"(?u:[^\W\d_])"

_DATES = (
    # "13 septembre 14:05", "13-Sep 14:05"
    rf"[0-9]{{1,2}}(?:\.|st|nd|rd|th|er|º|°)?[ -](?:de[ ]|of[ ])?{_LETTERS}{{3,12}}\.?"
    rf"(?:,?[ -](?:de[ ]|del[ ])?[0-9]{{2,4}})?{_JOINT}{ANY_CLOCK}",
    rf"the[ ]{ORDINAL_DAY}(?:[ ]of)?[ ]{MONTH}{_JOINT}{ANY_CLOCK}",
    rf"(?:the[ ])?[0-9]{{1,2}}(?:st|nd|rd|th)[ ]of[ ]{MONTH}{END}",
    # "Mai 3 14:05", "Spetember 13 14:05"
    rf"{_LETTERS}{{3,12}}\.?[ ](?:[12]?[0-9]|3[01])(?:st|nd|rd|th)?(?:,?[ ][0-9]{{4}})?{_JOINT}{ANY_CLOCK}",
    rf"[0-9]{{1,4}}[ ]?[年月日년월일]|(?u:[{_EAST}]){{1,6}}{ANY_CLOCK}",
    # a day by its week or its number in the year (ISO 8601), a line of a log, a time without its day
    rf"[0-9]{{4}}-(?:W[0-9]{{2}}(?:-[1-7])?|[0-3][0-9]{{2}})(?:T|{SP}+)[0-9]",
    rf"[A-Z][0-9]{{4}}[ ]{CLOCK_SHAPE}|[TZ]{CLOCK_SHAPE}",
    rf"1[4-9][0-9]{{8}}(?:[0-9]{{3}}{END}|\.[0-9]{{1,6}}{END}|{_TALKED_OF})",
)
_CLOCKS = (
    rf"{HOUR}[’'_]{SP}?[0-5][0-9](?![0-9\w]){_TALKED_OF}|{HOUR}u[0-5][0-9](?!\w)",
    rf"{HOUR}h[0-9]{{1,2}}(?:m|pm|am)?{END}|{HOUR}[ ]?[hu]{_TALKED_OF}",
    rf"{HOUR}[,-][0-5][0-9]{_TALKED_OF}|{HOUR}[ ]?[-–—][ ]?{HOUR}[ ]?(?:h|hrs|uhr|uur){END}",
    rf"[0-9]{{1,2}}[ ]?(?:uur|horas|godz\.?|heures|ore){_TALKED_OF}",
    rf"(?:kl|klo|um|gegen|ab|à|às|om)\.?{SP}?{HOUR}(?:[.:h][0-5][0-9])?{_TALKED_OF}",
    rf"(?:half|halb|halv){SP}(?:[0-9]{{1,2}}|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf"
    rf"|een|twee|drie){_TALKED_OF}",
    rf"(?:kurz|viertel|kwart|fünf|zehn){SP}(?:vor|nach|over|voor){SP}\w+{_TALKED_OF}",
    rf"(?:morgens|vormittags|mittags|nachmittags|abends|nachts){SP}(?:um|gegen){SP}[0-9]",
    rf"(?:heute|gestern|letzte|hoy|ayer|hier|ieri|oggi|ontem|hoje|vandaag|gisteren){SP}{_LETTERS}{{2,12}}"
    rf"{SP}(?:{_LETTERS}{{1,4}}{SP})?{HOUR}(?:[:.h]|{_TALKED_OF})",
    rf"{CLOCK_WORD}[ -](?:thirty|fifteen|forty-?[ ]?five|twenty){_TALKED_OF}",
    rf"{CLOCK_WORD}-{COUNTED_WORD}{SP}?[ap]\.?m",
    rf"(?:five|ten|twenty|twenty[ -]five){SP}to{SP}{CLOCK_WORD}{_TALKED_OF}",
    rf"[0-9]{{1,2}},?{SP}today{_TALKED_OF}",
    rf"(?:earlier|later|back|sometime|some{SP}time)(?:,|{SP}at|{SP}on)?{SP}{ANY_CLOCK}",
    rf"(?:lunch|dinner|breakfast|tea|bed|closing|opening)-?{SP}?time{_TALKED_OF}",
    rf"(?:dawn|dusk|sunrise|sunset|eod|cob|eob){_TALKED_OF}",
    rf"(?:early|late){SP}(?:(?:in|on){SP}the{SP}|this{SP}|last{SP}|yesterday{SP})?"
    rf"(?:morning|afternoon|evening|night){END}",
    r"[ap]\.[ ]?m\.[ ]?[0-9]",
    rf"(?:jetzt|gerade(?:{SP}eben)?|maintenant|ahora(?:{SP}mismo)?|adesso|agora|сейчас){_TALKED_OF}",
)
_LENGTHS = (
    rf"(?:[<>≥≤]|&[lg]t;){SP}?[0-9.,½]+{SP}?{UNIT}{SP}ago{END}|[0-9][0-9_.,e]*\+?{SP}?{UNIT}{SP}ago{END}",
    rf"[0-9]{{1,2}}h[0-9]{{1,2}}{SP}ago{END}|[0-9]{{1,3}}['’′][0-9]{{1,2}}[\"”″]?{SP}ago{END}",
    rf"(?:a{SP})?(?:hundred|zero|dozen|two{SP}thirds{SP}of{SP}an?){SP}{UNIT}{SP}ago{END}",
    rf"(?:ago|hence){SP}[0-9]+{SP}?{UNIT}{END}|[-–—−][0-9]{{1,2}}h[0-9]{{1,2}}{END}",
    rf"[-+−][0-9]{{1,2}}:[0-9]{{2}}{END}|H{SP}?[-+−]{SP}?[0-9]+{_TALKED_OF}|now[-+−][0-9]+[a-z]{{1,4}}{END}",
)
ODD_TIMES: tuple[Pattern, ...] = tuple(pattern("|".join(forms)) for forms in (_DATES, _CLOCKS, _LENGTHS))
