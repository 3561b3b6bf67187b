"""Who took part."""

from __future__ import annotations

from bot.postmortem import facts as f
from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot
from bot.postmortem.gather.said import author_of, is_human


def responders(found: Snapshot, lookups: Lookups) -> tuple[str, ...]:
    """The people who said something, in the order they first did; then who declared and who resolved."""
    ids = [one.user_id for one in found.speakers if one.user_id and is_human(one, lookups)]
    ids.append(found.incident.declared_by)
    if found.incident.resolved_by:
        ids.append(found.incident.resolved_by)
    return tuple(dict.fromkeys(lookups.name_of(user_id) for user_id in ids))


def participants(found: Snapshot, lookups: Lookups) -> tuple[f.Participant, ...]:
    """Everybody who said or marked something, held a role, declared or resolved, the most talkative first.

    Bots come after people.
    """
    people: dict[str, int] = {}
    bots: dict[str, int] = {}
    for speaker in found.took_part:
        if speaker.user_id and is_human(speaker, lookups):
            people[speaker.user_id] = people.get(speaker.user_id, 0) + speaker.messages
        else:
            name = author_of(speaker, lookups)
            bots[name] = bots.get(name, 0) + speaker.messages
    for user_id in (*found.marks_made, *_in_charge(found)):
        if lookups.is_person(user_id):
            people.setdefault(user_id, 0)
    ranked = sorted(people, key=lambda user_id: (-people[user_id], lookups.name_of(user_id), user_id))
    return (
        *(
            f.Participant(
                lookups.name_of(user_id),
                people[user_id],
                found.marks_made.get(user_id, 0),
                found.arrivals.get(user_id),
            )
            for user_id in ranked
        ),
        *(
            f.Participant(name, count, 0, None, is_bot=True)
            for name, count in sorted(bots.items(), key=lambda bot: (-bot[1], bot[0]))
        ),
    )


def _in_charge(found: Snapshot) -> list[str]:
    ids = [found.incident.declared_by, found.incident.resolved_by, *(role.user_id for role in found.roles)]
    return [user_id for user_id in ids if user_id]
