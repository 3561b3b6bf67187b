"""Gathering: the record of an incident, read in one consistent snapshot, and turned into facts."""

from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot, hints, latest, snapshot
from bot.postmortem.gather.to_facts import facts_of

__all__ = ["Lookups", "Snapshot", "facts_of", "hints", "latest", "snapshot"]
