"""A review meeting as a calendar file that every calendar takes (RFC 5545).

People put it into their calendars themselves, so it is published (`METHOD:PUBLISH`, RFC 5546, 3.2.1) and
nobody answers it: such a file names its organizer and holds no attendees, who are named in its text. With
addresses it is an invitation (`METHOD:REQUEST`, RFC 5546, 3.2.2), which whoever planned it can send on. Put
in again after it was moved, it replaces what it was: its `UID` stays and its `SEQUENCE` goes up. Cancelled it
takes the meeting out of calendars (`METHOD:CANCEL`, RFC 5546, 3.2.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.text.of_programs import one_line

NO_ADDRESS = "invalid:nomail"
"""What calendars put where an address must stand and none is known."""
MOST_NAMED = 50


@dataclass(frozen=True)
class Involved:
    """Somebody whom the meeting concerns, as people call them; `address` is their e-mail, if it is known."""

    name: str
    address: str | None = None


@dataclass(frozen=True)
class Meeting:
    """What the file says; texts are plain. `uid` is the incident's for good, `link` leads to the draft,
    `planned_at` is when it was planned, moved or cancelled last.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    title: str
    note: str | None
    link: str | None
    planned_at: datetime
    organizer: Involved
    others: Sequence[Involved]
    is_cancelled: bool = False


def calendar_file(meeting: Meeting) -> bytes:
    """The file: the same for the same meeting, whenever it is made."""
    from icalendar import Calendar, Event, vCalAddress, vText  # which few starts need

    invited = [one for one in meeting.others if one.address] if meeting.organizer.address else []
    found = Calendar()
    found.add("prodid", "-//Incident Scribe//Review meeting//EN")
    found.add("version", "2.0")
    found.add("method", "CANCEL" if meeting.is_cancelled else "REQUEST" if invited else "PUBLISH")
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.planned_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.starts_at.astimezone(UTC) + timedelta(minutes=meeting.minutes))
    event.add("summary", meeting.title)
    event.add("description", _description(meeting))
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    if meeting.link:
        event.add("url", meeting.link)

    def address(one: Involved) -> vCalAddress:
        made = vCalAddress(f"mailto:{one.address}" if one.address else NO_ADDRESS)
        made.params["cn"] = vText(one_line(one.name, 100).replace('"', "'"))
        return made

    event.add("organizer", address(meeting.organizer))
    for one in invited:
        attendee = address(one)
        asked = (("partstat", "NEEDS-ACTION"), ("rsvp", "TRUE")) if not meeting.is_cancelled else ()
        for name, said in (("role", "REQ-PARTICIPANT"), *asked):
            attendee.params[name] = vText(said)
        event.add("attendee", attendee, encode=False)
    found.add_component(event)
    return bytes(found.to_ical())


def _description(meeting: Meeting) -> str:
    named = [one_line(one.name, 100) for one in (meeting.organizer, *meeting.others)]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    parts = [
        meeting.note,
        f"The draft: {meeting.link}" if meeting.link else None,
        f"Involved: {', '.join(named[:MOST_NAMED])}{more}",
    ]
    return "\n\n".join(part for part in parts if part)
