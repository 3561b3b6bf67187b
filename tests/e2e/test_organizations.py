"""Scribe installed in a whole organization of Enterprise Grid, and added to workspaces of it one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from bot.installations import organizations
from sandbox.app_installs import Organization
from sandbox.state import State
from storage import people
from storage.installation_tables import Installation
from storage.tables import Incident
from tests.e2e.many import Home, ManyWorlds, many_worlds
from tests.until import until

pytestmark = pytest.mark.on_each_database


@dataclass
class Grid:
    """Acme and Beta are workspaces of one organization."""

    worlds: ManyWorlds
    whole: Organization[State]

    async def install(self) -> str:
        """Acme's Ana installs Scribe in all of it; the page she reads."""
        status, page = await self.worlds.install(self.worlds.acme, self.whole)
        assert status == 200, page
        return page

    async def add_to(self, home: Home) -> None:
        home.workspace.add_app()
        await until(lambda: home.workspace.team_id in self.worlds.many.teams)

    async def installations(self) -> dict[str, Installation]:
        async with self.worlds.database.read() as session:
            return {one.team_id: one for one in await session.exec(select(Installation))}

    async def declared(self, home: Home, title: str) -> str:
        return await self.worlds.command(home, f"/incident start here {title}")


@pytest.fixture
async def grid(database_url: str, is_patient: bool) -> AsyncIterator[Grid]:
    async with many_worlds(database_url) as worlds:
        both = worlds.acme.workspace, worlds.beta.workspace
        yield Grid(worlds, worlds.sandbox.add_organization("Acme Corp", *both))


async def test_whoever_installs_it_reads_where_it_is_added(grid: Grid) -> None:
    page = await grid.install()

    assert "Scribe is installed in Acme Corp. Choose now to which workspaces it is added" in page
    assert f"/manage/{grid.whole.id}/integrations/profile/" in page
    assert not grid.worlds.many.teams


async def test_a_workspace_is_served_once_an_admin_has_added_it(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)

    assert "INC-1" in await grid.declared(grid.worlds.acme, "Checkout is down")
    async with grid.worlds.database.read() as session:
        (incident,) = await session.exec(select(Incident))
    assert incident.team_id == grid.worlds.acme.workspace.team_id
    assert grid.worlds.beta.workspace.team_id not in grid.worlds.many.teams


async def test_each_workspace_has_its_own_incidents_and_channels(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.add_to(grid.worlds.beta)
    for home, title in ((grid.worlds.acme, "Acme is down"), (grid.worlds.beta, "Beta is down")):
        await grid.worlds.command(home, f"/incident start {title}")

    for home, title, other in (
        (grid.worlds.acme, "Acme is down", "Beta"),
        (grid.worlds.beta, "Beta is down", "Acme"),
    ):
        listed = await grid.worlds.command(home, "/incident list")
        assert title in listed
        assert other not in listed
        channels = [one.name for one in home.workspace.channels.values()]
        assert len([name for name in channels if name.startswith("inc-")]) == 1
        (created,) = home.workspace.calls("conversations.create")
        assert (created.args["team_id"], created.answer["ok"]) == (home.workspace.team_id, True)


async def test_marks_buttons_and_forms_go_to_the_workspace_they_are_of(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.add_to(grid.worlds.beta)
    home = grid.worlds.beta
    await grid.declared(home, "Beta is down")
    ts = home.workspace.say(home.ana.id, home.channel.id, "Rolled back")
    home.workspace.react(home.ana.id, home.channel.id, ts, "pushpin")
    await grid.worlds.settled()
    error = await home.workspace.global_shortcut(home.ana.id, "declare_incident")
    await grid.worlds.settled()

    assert "white_check_mark" in home.workspace.message(home.channel.id, ts).reactions
    assert error is None
    assert [view.callback_id for view in home.workspace.open_views(home.ana.id)]
    assert "Rolled back" in await grid.worlds.command(home, "/timeline")
    assert not grid.worlds.acme.workspace.open_views(grid.worlds.acme.ana.id)


async def test_a_workspace_that_is_not_added_is_told_who_adds_it(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)

    said = await grid.worlds.command(grid.worlds.beta, "/incident list")
    assert "installed in your organization, and was not added to this workspace" in said


async def test_one_that_was_added_while_nobody_was_told_is_found_by_its_first_request(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organizations, "LIST_AGAIN", 0.0)
    grid.worlds.beta.workspace.subscriptions -= {"team_access_granted"}
    await grid.install()
    grid.worlds.beta.workspace.add_app()

    assert "INC-1" in await grid.declared(grid.worlds.beta, "Beta is down")


async def test_requests_from_a_workspace_that_is_not_added_do_not_flood_slack(grid: Grid) -> None:
    await grid.install()
    for _ in range(5):
        await grid.worlds.command(grid.worlds.beta, "/incident list")

    workspaces = (grid.worlds.acme.workspace, grid.worlds.beta.workspace)
    assert sum(len(one.calls("auth.teams.list")) for one in workspaces) == 1


async def test_taken_out_of_one_workspace_the_others_go_on(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.add_to(grid.worlds.beta)
    grid.worlds.beta.workspace.remove_app()
    await until(lambda: grid.worlds.beta.workspace.team_id not in grid.worlds.many.teams)

    assert "INC-1" in await grid.declared(grid.worlds.acme, "Checkout is down")
    kept = await grid.installations()
    assert kept[grid.worlds.beta.workspace.team_id].ended_at


async def test_uninstalled_it_leaves_every_workspace_and_its_tokens_are_gone(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.add_to(grid.worlds.beta)
    grid.worlds.acme.workspace.uninstall_app()
    await until(lambda: not grid.worlds.many.teams)

    assert all(one.ended_at and not one.bot_token for one in (await grid.installations()).values())


async def test_installed_again_it_is_served_again(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    grid.worlds.acme.workspace.uninstall_app()
    await until(lambda: not grid.worlds.many.teams)

    assert "Scribe keeps the record in Acme now" in await grid.install()
    assert "INC-1" in await grid.declared(grid.worlds.acme, "Checkout is down")


async def test_a_workspace_with_an_installation_of_its_own_keeps_that(grid: Grid) -> None:
    await grid.worlds.install(grid.worlds.beta)
    own = (await grid.installations())[grid.worlds.beta.workspace.team_id].bot_token
    async with grid.worlds.database.read() as session:
        itself = await people.workspace(session, grid.worlds.beta.workspace.team_id)
    await grid.install()
    grid.worlds.beta.workspace.add_app()
    await grid.add_to(grid.worlds.acme)

    kept = await grid.installations()
    assert kept[grid.worlds.beta.workspace.team_id].bot_token == own
    assert kept[grid.worlds.beta.workspace.team_id].organization_id is None
    async with grid.worlds.database.read() as session:
        now = await people.workspace(session, grid.worlds.beta.workspace.team_id)
    assert itself and now and itself.model_dump() == now.model_dump()


async def test_tokens_that_are_renewed_serve_every_workspace(grid: Grid) -> None:
    grid.worlds.sandbox.installs.is_rotating = True
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.add_to(grid.worlds.beta)
    for turn in range(3):
        async with grid.worlds.database.write() as session:
            kept = await session.get(Installation, grid.whole.id)
            assert kept and kept.expires_at
            kept.expires_at -= timedelta(hours=11)
            session.add(kept)
        tokens = len(grid.worlds.sandbox.installs.tokens)
        grid.worlds.many._renew.wake()
        await until(partial(lambda before: len(grid.worlds.sandbox.installs.tokens) > before, tokens))
        await grid.worlds.settled()
        title = f"Outage {turn}"
        for home in (grid.worlds.acme, grid.worlds.beta):
            await grid.worlds.command(home, f"/incident start {title}")
            assert title in await grid.worlds.command(home, "/incident list")


async def test_a_restart_serves_whoever_was_added(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    await grid.declared(grid.worlds.acme, "Checkout is down")
    await grid.worlds.restart()

    assert "INC-1" in await grid.worlds.command(grid.worlds.acme, "/incident status")


async def test_where_slack_cannot_list_them_those_that_are_known_go_on(grid: Grid) -> None:
    await grid.install()
    await grid.add_to(grid.worlds.acme)
    for one in (grid.worlds.acme.workspace, grid.worlds.beta.workspace):
        one.refuse("auth.teams.list", "internal_error", times=5)
    await grid.worlds.restart()

    assert "INC-1" in await grid.declared(grid.worlds.acme, "Checkout is down")


async def test_its_workspaces_go_by_its_settings_until_they_have_a_table_of_their_own(
    grid: Grid, tmp_path: Path
) -> None:
    await grid.install()
    for home in (grid.worlds.acme, grid.worlds.beta):
        await grid.add_to(home)
    file = tmp_path / "workspaces.toml"
    file.write_text(
        f'[{grid.whole.id}]\nSEVERITIES = "high,low"\n'
        f'[{grid.worlds.beta.workspace.team_id}]\nSEVERITIES = "red,blue"\n'
    )
    await grid.worlds.restart(workspaces_file=str(file))

    for home in (grid.worlds.acme, grid.worlds.beta):
        await grid.declared(home, "Checkout is down")
    told = [
        await grid.worlds.command(home, "/incident severity whatever")
        for home in (grid.worlds.acme, grid.worlds.beta)
    ]

    assert "high" in told[0] and "red" not in told[0]
    assert "red" in told[1] and "high" not in told[1]
