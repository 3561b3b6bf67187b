"""From facts to a document: what the draft says, independent of how it is rendered."""

from bot.postmortem.compose.document_of import compose, title, unanswered
from bot.postmortem.compose.words import DELETED, DELETED_KEPT, Read

__all__ = ["DELETED", "DELETED_KEPT", "Read", "compose", "title", "unanswered"]
