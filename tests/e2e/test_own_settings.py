"""One process, two workspaces, different settings: each goes by its own, and sees nothing of the other's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.doctor import installed
from bot.settings import Settings
from bot.settings.hooks import HOOK_SECRETS
from bot.settings.own import OF_ONE
from bot.settings.pages import PageSettings
from bot.settings.status_pages import StatusPageSettings
from bot.settings.trackers import TrackerSettings
from sandbox.records import Message
from storage.tables import Incident, TimelineEvent
from storage.tables import Message as Kept
from storage.vocabulary import MarkSection
from tests.bot.settings.values import table_of, values_of
from tests.e2e.many import Home, ManyWorlds, many_worlds
from tests.e2e.test_workspaces_apart import everything_sent_to

pytestmark = pytest.mark.on_each_database
WORDS = ("quagga", "okapi")
OF_TOOLS = {
    *HOOK_SECRETS,
    *TrackerSettings.model_fields,
    *PageSettings.model_fields,
    *StatusPageSettings.model_fields,
}
"""Nobody answers there; tests of their own have tools that do."""


@dataclass
class Apart:
    """Two workspaces whose every setting holds a word of theirs, where it can hold one."""

    worlds: ManyWorlds
    homes: Mapping[str, Home]
    values: Mapping[str, Mapping[str, str]]
    settings: Settings

    def told(self, word: str) -> str:
        """Whatever Scribe sent to a workspace, and whatever it shows there."""
        home = self.homes[word]
        canvases = [canvas.markdown for canvas in home.workspace.canvases.values()]
        return " ".join([everything_sent_to(home), *canvases, str(home.workspace.homes)])

    async def kept(self, word: str) -> list[Kept]:
        async with self.worlds.database.read() as session:
            found = await session.exec(
                select(Kept).where(Kept.team_id == self.homes[word].workspace.team_id).order_by(Kept.ts)
            )
            return list(found)


@pytest.fixture
async def apart(database_url: str, is_patient: bool, tmp_path: Path) -> AsyncIterator[Apart]:
    async with many_worlds(database_url) as worlds:
        homes = dict(zip(WORDS, (worlds.acme, worlds.beta), strict=True))
        values = {word: values_of(word, tmp_path / word) for word in WORDS}
        tables = []
        for word, home in homes.items():
            await worlds.install(home)
            uses = (*MarkSection, "confirm")
            home.workspace.custom_emoji |= {f"{one}_{use}" for one in WORDS for use in uses}
            home.workspace.add_person(word)
            home.workspace.add_channel(f"{word}-news", members=[home.ana.id, home.workspace.bot_user_id])
            own = {name: value for name, value in values[word].items() if name not in OF_TOOLS}
            tables.append(table_of(home.workspace.team_id, own, word)[0])
        file = tmp_path / "workspaces.toml"
        file.write_text("\n".join(tables))
        await worlds.restart(workspaces_file=str(file))
        changed = worlds.settings.model_copy(update={"workspaces_file": str(file)})
        yield Apart(worlds, homes, values, Settings.model_validate(changed.model_dump()))


async def test_every_reader_of_settings_has_those_of_its_workspace(apart: Apart) -> None:
    for word, home in apart.homes.items():
        scribe = apart.worlds.served(home).scribe
        for settings in (scribe.settings, scribe.work.settings):
            for name in OF_ONE:
                if name not in (*OF_TOOLS, "invite", "keep_deleted"):
                    assert str(getattr(settings, name)) == apart.values[word][name], name
            assert settings.invite == {f"{word}1": f"@{word}"}
        assert scribe.recording.section_of(f"{word}_timeline") == "timeline"


async def test_two_incidents_go_each_by_the_settings_of_its_workspace(apart: Apart) -> None:
    worlds = apart.worlds
    for word, home in apart.homes.items():
        await worlds.command(home, "/incident start The door is open")
        await worlds.command(home, f"/incident severity INC-1 {word}1")
        await worlds.command(home, "/incident start here Another door")
        other = next(one for one in WORDS if one != word)
        for emoji in (word, other):
            ts = home.workspace.say(home.ana.id, home.channel.id, f"Marked by {emoji[:3]}.")
            home.workspace.react(home.ana.id, home.channel.id, ts, f"{emoji}_timeline")
        await worlds.settled()
        answers = [
            await worlds.command(home, command)
            for command in (
                f"/incident severity {word}2",
                f"/incident severity {other}2",
                f"/incident status {word} held",
                f"/incident status {other} held",
                f"/incident role {word} <@{home.ana.id}>",
                "/incident show",
                "/incident list",
                "/timeline",
                "/resolve It is shut",
                "/incident help",
            )
        ]
        home.workspace.open_home(home.ana.id)
        await worlds.settled()
        shown = " ".join(answers).replace(f"{other}2", "").replace(f"{other} held", "")
        assert other not in shown.lower()

    async with worlds.database.read() as session:
        found = list(await session.exec(select(Incident).order_by(Incident.id)))
        events = list(await session.exec(select(TimelineEvent)))
    for word, home in apart.homes.items():
        team_id, workspace = home.workspace.team_id, home.workspace
        own, here = (one for one in found if one.team_id == team_id)
        assert (own.severity, here.severity) == (f"{word}1", f"{word}2")
        channel = next(one for one in workspace.channels.values() if one.id == own.channel_id)
        assert channel.name.startswith(f"{word}-")
        called = next(one for one in workspace.people.values() if one.name == word)
        assert called.id in channel.members
        news = next(one for one in workspace.channels.values() if one.name == f"{word}-news")
        assert "The door is open" in str([one.text for one in said_in(home, news.id)])
        marked = [one.message_ts for one in events if one.team_id == team_id and one.message_ts]
        texts = [one.text for one in await apart.kept(word) if one.ts in marked]
        assert texts == [f"Marked by {word[:3]}."]
        assert f"What the {word} did" in apart.told(word)
    for word, other in (WORDS, WORDS[::-1]):
        told = apart.told(word).lower().replace(f"{other}_timeline", "")
        assert word in told
        assert other not in told.replace(f"{other}2", "").replace(f"{other} held", "")
        assert "sev1" not in told


async def test_what_is_deleted_goes_or_stays_by_its_workspaces_settings(apart: Apart) -> None:
    worlds = apart.worlds
    said = {}
    for word, home in apart.homes.items():
        await worlds.command(home, "/incident start here The door is open")
        said[word] = home.workspace.say(home.ana.id, home.channel.id, "It was me.")
        await worlds.settled()
    for word, home in apart.homes.items():  # side by side, so that one batch holds both
        home.workspace.delete(home.ana.id, home.channel.id, said[word])
    await worlds.settled()

    left = {word: [one.text for one in await apart.kept(word) if one.deleted_ts] for word in WORDS}
    assert left == {"quagga": [""], "okapi": ["It was me."]}


async def test_the_doctor_says_what_each_has_for_itself_and_whom_it_does_not_find(apart: Apart) -> None:
    homes = apart.homes
    okapi = homes["okapi"].workspace
    news = next(one for one in okapi.channels.values() if one.name == "okapi-news")
    okapi.archive(homes["okapi"].ana.id, news.id)

    found = await installed.examine(apart.settings, datetime.now(UTC))

    said = {one.what: one for one in found}
    for word, home in homes.items():
        table = said[f"WORKSPACES_FILE, {home.workspace.team_id}"]
        assert table.is_well and "SEVERITIES" in table.found and word not in table.found
        invited = said[f"INVITE_{word.upper()}1 in {home.workspace.team_id}"]
        assert (invited.is_well, invited.found) == (True, "stands for 1 person")
    news_of = [said[f"announcements in {homes[word].workspace.team_id}"] for word in WORDS]
    assert [one.is_well for one in news_of] == [True, False]
    assert "okapi-news is archived" in news_of[1].found


def said_in(home: Home, channel_id: str) -> list[Message]:
    return [one for one in home.workspace.messages(channel_id) if one.bot_id == home.workspace.bot_id]
