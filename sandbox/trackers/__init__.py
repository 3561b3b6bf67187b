"""Trackers on this machine, one file for each: as strict as the tracker, each refusal with its source."""
