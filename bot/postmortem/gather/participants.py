"""Who took part."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.clock import said_at
from bot.postmortem import facts as f
from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot
from bot.postmortem.gather.said import author_of, is_human


def responders(found: Snapshot, lookups: Lookups) -> tuple[str, ...]:
    """The people who said something, in the order they first did; then who declared and who resolved."""
    ids = [one.user_id for one in found.speakers if one.user_id and is_human(one, lookups)]
    ids += [who for who in (found.incident.declared_by, found.incident.resolved_by) if who]
    ids = [who for who in ids if lookups.is_person(who)]  # an alert or a tool may have declared it
    return tuple(dict.fromkeys(lookups.name_of(user_id) for user_id in ids))


def participants(found: Snapshot, lookups: Lookups) -> tuple[f.Participant, ...]:
    """Everybody who said or marked something, held a role, declared or resolved, in the order they came.

    Somebody came when Slack told that they joined, or when they first said something if that was before. Bots
    come after people.
    """
    people = {user_id: at for user_id, at in found.arrivals.items() if _took_part(user_id, found, lookups)}
    bots: dict[str, datetime] = {}
    for speaker in found.took_part:
        is_person = speaker.user_id and is_human(speaker, lookups)
        came, who = (people, speaker.user_id) if is_person else (bots, author_of(speaker, lookups))
        if not who:
            continue  # Slack does not say who said it
        at = said_at(speaker.first_ts)
        came[who] = min(at, came.get(who, at))
    known = [f.Participant(lookups.name_of(who), at) for who, at in sorted(people.items(), key=_when)]
    others = dict.fromkeys((*_in_charge(found), *found.marks_made))
    known += [
        f.Participant(lookups.name_of(who), None)
        for who in others
        if who not in people and lookups.is_person(who)
    ]
    return (*known, *(f.Participant(name, at, is_bot=True) for name, at in sorted(bots.items(), key=_when)))


def second_zone(found: Snapshot, lookups: Lookups, zone: ZoneInfo) -> ZoneInfo | None:
    """Where most of those who said something are whose clocks show another time than `zone`."""
    at = found.incident.declared_at
    elsewhere: Counter[str] = Counter()
    for user_id in {one.user_id for one in found.took_part if one.user_id and is_human(one, lookups)}:
        known = _zone(lookups.zone_of(user_id))
        if known and at.astimezone(known).utcoffset() != at.astimezone(zone).utcoffset():
            elsewhere[known.key] += 1
    most = min(elsewhere, key=lambda name: (-elsewhere[name], name), default=None)
    return ZoneInfo(most) if most else None


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # Slack knows zones that this machine does not
        return None


def _when(came: tuple[str, datetime]) -> tuple[datetime, str]:
    return came[1], came[0]


def _took_part(user_id: str, found: Snapshot, lookups: Lookups) -> bool:
    """Whether somebody who came into the channel did something there too."""
    did = {*found.marks_made, *_in_charge(found), *(one.user_id for one in found.took_part)}
    return user_id in did and lookups.is_person(user_id)


def _in_charge(found: Snapshot) -> list[str]:
    ids = [found.incident.declared_by, found.incident.resolved_by, *(role.user_id for role in found.roles)]
    return [user_id for user_id in ids if user_id]
