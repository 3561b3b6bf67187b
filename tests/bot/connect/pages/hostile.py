"""Texts that try to be more than text in a wiki."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = [
    "]]></ac:plain-text-body></ac:structured-macro><ac:link><ri:user ri:account-id='5b10'/></ac:link>",
    "<ac:structured-macro ac:name='html'><ac:plain-text-body><![CDATA[<script>]]></ac:plain-text-body>",
    "</p></td></tr></table><h1>Taken over</h1>",
    "{html}<script>alert(1)</script>{html} {toc} {include:Secrets}",
    "&lt;script&gt; &#60;b&#62; &nbsp; &unknown; &",
    '<mention-user url="user://a0a00000-0000-4000-8000-000000000002"/>',
    '<page url="https://www.notion.so/x">x</page> <callout>\n</callout>',
    '$$x$$ $`x`$ ^^ || {color="red"} [^https://a.b]',
    "</td></tr></table>\n# Taken over",
    "@ana @here <!channel> [~ana] ~ana",
    "[a](https://a.b/)](javascript:x) ![x](user://1)",
    "https://a.b/\"onclick='x'<b>",
    "\x00\x0b\ufffe\x85\u2028 \u202e",
    "- [x] # 1. > + ! : = --- ***",
]
"""Each is one line or two."""
_PIECES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["\n", "\n\n", "  \n", "\t", "    ", "- ", "1. ", "> ", "# ", "| ", "|---|\n", "```", "`", "**"]
    ),
)
MARKDOWN = st.lists(_PIECES, max_size=14).map("".join)
