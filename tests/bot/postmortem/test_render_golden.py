from collections.abc import Callable

from bot.postmortem.document import Document
from bot.postmortem.render import canvas, markdown_file, thread


def test_the_canvas(draft: Document, assert_golden: Callable[[str, str], None]) -> None:
    assert_golden("canvas.md", canvas.render(draft))


def test_the_canvas_where_slack_refuses_tables(
    draft: Document, assert_golden: Callable[[str, str], None]
) -> None:
    assert_golden("canvas-without-tables.md", canvas.render(draft, tables=False))


def test_the_markdown_file(draft: Document, assert_golden: Callable[[str, str], None]) -> None:
    assert_golden("postmortem.md", markdown_file.render(draft))


def test_the_thread(draft: Document, assert_golden: Callable[[str, str], None]) -> None:
    assert_golden("thread.txt", "\n\n=== next message ===\n\n".join(thread.render(draft)) + "\n")
