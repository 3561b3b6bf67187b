"""From the record to the draft: gather, compose, render, deliver."""
