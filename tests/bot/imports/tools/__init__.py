"""Tests of bot.imports.tools."""
