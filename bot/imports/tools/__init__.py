"""Incidents of other tools as records: one reader for each tool, one neutral form, one writer."""
