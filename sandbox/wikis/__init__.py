"""Wikis on this machine: they take pages as the real ones do, and refuse what those refuse."""
