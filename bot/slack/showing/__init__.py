"""How results and views are shown in Slack: people's words made inert, with the names that Scribe knows.

An answer waits for no name that Slack would have to be asked for.
"""
