"""Putting a draft where people read it, and keeping what they write there.

The only room of `bot.postmortem` that knows Slack's canvases. A draft is compiled from the record when it
is delivered; each thing Slack has taken is noted at once, so that an interrupted delivery goes on where it
stopped and nothing appears twice.
"""
