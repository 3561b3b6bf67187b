"""`python -m reference`: write every page of the docs that is made from something else."""

from __future__ import annotations

from reference.pages import DOCS, PAGES

for name, page in PAGES.items():
    (DOCS / name).write_text(page(), encoding="utf-8")
