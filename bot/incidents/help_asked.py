"""Whether somebody asks what a verb does instead of using it."""

from __future__ import annotations

import html
import re
import unicodedata

WORDS = frozenset({"help", "?", "usage", "man", "--help", "-help", "-h", "-?", "/?", "/help"})
FLAGS = frozenset({"--help", "-help", "-h", "-?", "/?"})
"""Words that ask for help and that no sentence begins with."""
BESIDE = frozenset(
    {"me", "please", "pls", "here", "private", "since", "for", "with", "the", "a", "command", "commands"}
    | {
        "need",
        "i",
        "can",
        "you",
        "could",
        "get",
        "show",
        "text",
        "all",
        "--all",
        "to",
        "some",
        "this",
        "resolve",
        "--",
        "-",
    }
)
"""Words beside them that add nothing: `help me please`, `I need help`."""
_SLIPS = frozenset(
    {"hlep", "hepl", "halp", "helo", "hel", "hlp", "elp", "ehlp", "helpp", "hhelp", "heelp", "hellp", "helpo"}
    | {"jelp", "gelp", "nelp", "hekp", "heop", "hwlp", "hrlp", "h3lp", "he;p", "helpme", "-help", "h", "--h"}
)
_ELSEWHERE = frozenset(
    {
        "aide",
        "ayuda",
        "hilfe",
        "hjälp",
        "hjelp",
        "hjælp",
        "apua",
        "ajuda",
        "aiuto",
        "pomoc",
        "pomoč",
        "yardım",
    }
    | {"помощь", "допомога", "βοήθεια", "مساعدة", "עזרה", "ヘルプ", "帮助", "幫助", "說明", "도움말", "도움"}
)
"""`help` mistyped, and in other languages; each asks for it where nothing else is said."""
_QUESTION_SIGNS = re.compile(r"[؟⁇⁈❓❔¿⸮՞፧⍰]|:(?:grey_)?question:|:interrobang:|:help:|:sos:")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_HOW = re.compile(
    r"(?:how|what)(?:['’]?s| (?:do|does|can|is|are|to|should))?(?: (?:i|we|you|this|it|that|the command))?"
    r"(?: (?:use|do|does|works?|mean|resolve|say))?(?: (?:this|it|that|here|now))?|why|huh|eh|wtf"
)
"""A question about the command that is no sentence about the incident: `how does this work`."""
_NUMBER = re.compile(r"(?:inc[-‐‑‒–—]?)?#?[0-9]+[.:]?", re.IGNORECASE)


def is_help(word: str) -> bool:
    """Whether the word alone asks for help, however it is written."""
    tidy = _tidy(plain(word).strip())
    return tidy in WORDS | _ELSEWHERE or (len(tidy) > 2 and tidy in _SLIPS)


def plain(text: str) -> str:
    """The text in small plain letters, every sign and emoji that asks as `?`."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", html.unescape(text)).casefold())
    return _QUESTION_SIGNS.sub("?", text)


def asks_for_help(text: str, *, takes_text: bool) -> bool:
    """Whether the words behind a verb ask for its help.

    With `takes_text` they may be anybody's sentence, so they ask for help only where they say nothing else,
    or carry a flag: "help arrived" is a conclusion.
    """
    words = [word for word in map(_tidy, plain(text).split()) if word and not _NUMBER.fullmatch(word)]
    if not words:
        return False
    if takes_text and _HOW.fullmatch(" ".join(words).rstrip("?")):
        return True
    if words[0] in FLAGS or words[-1] == "--help":
        return True
    if takes_text:
        said = [word for word in words if word not in BESIDE]
        return bool(said) and all(word in WORDS | _SLIPS | _ELSEWHERE for word in said)
    return words[0] in WORDS or words[-1] in WORDS


def _tidy(word: str) -> str:
    """A word without what keyboards and quoting put around it: `Help!`, “help”, —help, ？."""
    word = word.replace("—", "--").replace("–", "--").replace("‑", "-")
    word = word.strip("`'\"“”‘’«»*_~()[]<>.,;:!…")
    if word and not word.strip("?"):
        return "?"
    return word if word in WORDS else word.rstrip("?")
