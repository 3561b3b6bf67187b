"""Three versions of a draft into one: what Scribe last wrote, what stands now, what the record says now.

Pure, and item by item, as diff3 does: an item is a row, a bullet, a fact or a paragraph, and is known by its
evidence, never by its words or its place. `blocks` cuts a canvas into entries, `matching` decides which of
them are Scribe's and which are people's (the outcome is a `standing`), `merging` puts the three versions
together, `edits` works out the changes that make the canvas say so.
"""
