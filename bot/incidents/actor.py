"""Who acts, for every door alike."""

from __future__ import annotations

from dataclasses import dataclass

from storage.vocabulary import Door


@dataclass(frozen=True)
class Actor:
    """Who asks for something, in which channel, and what makes the delivery count once.

    `home_team_id` is the workspace that Slack says they act from. `key` names the delivery among all, so that
    a copy changes nothing; empty where Slack names none. `response_url` is where they can be answered later,
    if anywhere. `is_there`: Slack vouches that they are in `channel_id` at this moment, as with commands and
    presses; with a form they were when it was opened. `door` is the way by which they ask.
    """

    user_id: str
    home_team_id: str
    channel_id: str
    key: str = ""
    response_url: str | None = None
    is_there: bool = True
    door: Door = Door.COMMAND
