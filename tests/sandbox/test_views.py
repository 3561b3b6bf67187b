"""views.*: triggers that are spent once, stacks of three, hashes that guard."""

import pytest

from sandbox import views
from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Bot, Room


def modal(title: str = "Title", **more: object) -> JsonObject:
    text = {"type": "section", "block_id": "said", "text": {"type": "mrkdwn", "text": "x"}}
    return {
        "type": "modal",
        "callback_id": "c",
        "title": {"type": "plain_text", "text": title},
        "blocks": [text],
        **more,
    }


def home() -> JsonObject:
    return {"type": "home", "blocks": [{"type": "divider"}]}


def trigger(room: Room) -> str:
    return views.new_trigger(room.workspace, room.ana.id)


async def test_a_trigger_opens_one_modal(room: Room) -> None:
    trigger_id = trigger(room)
    answer = await room.call("views.open", trigger_id=trigger_id, view=modal())
    again = await room.refused("views.open", trigger_id=trigger_id, view=modal())

    (view,) = room.workspace.open_views(room.ana.id)
    assert (answer["view"]["id"], view.title) == (view.id, "Title")
    assert answer["view"]["root_view_id"] == view.id
    assert again["error"] == "exchanged_trigger_id"


async def test_a_trigger_expires(room: Room) -> None:
    room.workspace.trigger_seconds = 0.0
    answer = await room.refused("views.open", trigger_id=trigger(room), view=modal())
    assert answer["error"] == "expired_trigger_id"
    unknown = await room.refused("views.open", trigger_id="1.2.3", view=modal())
    assert unknown["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("method", "view"),
    [
        ("views.open", {"type": "modal"}),
        ("views.open", "no JSON"),
        ("views.open", home()),
        ("views.publish", modal()),
    ],
)
async def test_a_wrong_view_is_refused_and_the_trigger_kept(room: Room, method: str, view: object) -> None:
    trigger_id = trigger(room)
    answer = await room.refused(method, trigger_id=trigger_id, user_id=room.ana.id, view=view)
    assert answer["error"] == "invalid_arguments"
    await room.call("views.open", trigger_id=trigger_id, view=modal())


@pytest.mark.parametrize(
    ("kind", "initial", "problem"),
    [
        ("users_select", {"initial_user": "U0NOBODY"}, "invalid initial_user: U0NOBODY"),
        ("multi_users_select", {"initial_users": ["U0NOBODY"]}, "invalid initial_user: U0NOBODY"),
        ("channels_select", {"initial_channel": "C0NOWHERE"}, "invalid initial_channel: C0NOWHERE"),
    ],
)
async def test_a_form_begins_with_nobody_whom_the_workspace_does_not_have(
    room: Room, kind: str, initial: JsonObject, problem: str
) -> None:
    text = {"type": "plain_text", "text": "Who?"}
    entry = {"type": "input", "label": text, "element": {"type": kind, "action_id": "a", **initial}}

    answer = await room.refused(
        "views.open", trigger_id=trigger(room), view=modal(submit=text, blocks=[entry])
    )

    assert answer["error"] == "invalid_arguments"
    (message,) = answer["response_metadata"]["messages"]
    assert message.startswith(f"[ERROR] {problem} [")


async def test_a_view_of_more_than_250_kb_is_too_large(room: Room) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    answer = await room.refused("views.open", trigger_id=trigger(room), view=modal(blocks=[section] * 85))
    assert answer["error"] == "view_too_large"


async def test_modals_stack_up_to_three(room: Room) -> None:
    opened = await room.call("views.open", trigger_id=trigger(room), view=modal("1"))
    top = opened["view"]["id"]
    for title in ("2", "3"):
        trigger_id = views.new_trigger(room.workspace, room.ana.id, top)
        pushed = await room.call("views.push", trigger_id=trigger_id, view=modal(title))
        assert pushed["view"]["previous_view_id"] == top
        top = pushed["view"]["id"]
    fourth = await room.refused(
        "views.push",
        trigger_id=views.new_trigger(room.workspace, room.ana.id, top),
        view=modal("4"),
    )
    alone = await room.refused("views.push", trigger_id=trigger(room), view=modal("5"))

    assert [view.title for view in room.workspace.open_views(room.ana.id)] == ["1", "2", "3"]
    assert (fourth["error"], alone["error"]) == ("push_limit_reached", "not_found")


async def test_an_update_is_guarded_by_the_hash(room: Room) -> None:
    opened = (await room.call("views.open", trigger_id=trigger(room), view=modal()))["view"]
    updated = await room.call(
        "views.update", view_id=opened["id"], hash=opened["hash"], view=modal("Two", external_id="mine")
    )
    stale = await room.refused("views.update", view_id=opened["id"], hash=opened["hash"], view=modal())
    by_own_id = await room.call("views.update", external_id="mine", view=modal("Three", external_id="mine"))
    unknown = await room.refused("views.update", view_id="V00000000", view=modal())

    assert updated["view"]["title"]["text"] == "Two"
    assert by_own_id["view"]["id"] == opened["id"]
    assert (stale["error"], unknown["error"]) == ("hash_conflict", "not_found")


async def test_an_external_id_names_one_view(room: Room) -> None:
    await room.call("views.open", trigger_id=trigger(room), view=modal(external_id="mine"))
    other = views.new_trigger(room.workspace, room.ben.id)
    answer = await room.refused("views.open", trigger_id=other, view=modal(external_id="mine"))
    assert answer["error"] == "duplicate_external_id"


async def test_a_home_tab_is_published(room: Room) -> None:
    first = await room.call("views.publish", user_id=room.ana.id, view=home())
    second = await room.call("views.publish", user_id=room.ana.id, view=home())
    stale = await room.refused("views.publish", user_id=room.ana.id, view=home(), hash=first["view"]["hash"])
    unknown = await room.refused("views.publish", user_id="U00000000", view=home())
    assert first["view"]["id"] == second["view"]["id"]
    assert (stale["error"], unknown["error"]) == ("hash_conflict", "user_not_found")


FORM = modal(
    submit={"type": "plain_text", "text": "Go"},
    notify_on_close=True,
    blocks=[
        {
            "type": "input",
            "block_id": "severity",
            "label": {"type": "plain_text", "text": "Severity"},
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "options": [
                    {"text": {"type": "plain_text", "text": name}, "value": name} for name in ("sev1", "sev2")
                ],
            },
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": {"type": "plain_text", "text": "Who"},
            "element": {"type": "multi_users_select", "action_id": "users"},
        },
        {
            "type": "input",
            "block_id": "short",
            "optional": True,
            "label": {"type": "plain_text", "text": "Short"},
            "element": {"type": "plain_text_input", "action_id": "word", "max_length": 5},
        },
    ],
)


async def test_what_is_chosen_travels_in_the_state(room: Room, bot: Bot) -> None:
    seen = []

    @bot.app.view("c")
    async def take(ack: object, view: JsonObject) -> None:
        seen.append(view["state"]["values"])
        await ack()  # type: ignore[operator]

    opened = (await room.call("views.open", trigger_id=trigger(room), view=FORM))["view"]
    long = await room.workspace.submit_view(
        room.ana.id, opened["id"], {"severity": {"choice": "sev1"}, "short": {"word": "too long"}}
    )
    taken = await room.workspace.submit_view(
        room.ana.id,
        opened["id"],
        {"severity": {"choice": "sev2"}, "who": {"users": [room.ben.id]}, "short": {"word": None}},
    )

    assert long.errors == {"short": "Must be no more than 5 characters."}
    assert taken.closed
    (values,) = seen
    assert values["severity"]["choice"]["selected_option"]["value"] == "sev2"
    assert values["who"]["users"] == {"type": "multi_users_select", "selected_users": [room.ben.id]}
    assert values["short"]["word"] == {"type": "plain_text_input", "value": None}


@pytest.mark.parametrize(
    ("reply", "titles", "closed"),
    [
        ({"response_action": "update", "view": modal("Updated")}, ["Updated"], False),
        ({"response_action": "push", "view": modal("On top")}, ["Title", "On top"], False),
        ({"response_action": "clear"}, [], True),
        ({"response_action": "errors", "errors": {"unknown": "x"}}, ["Title"], False),
        ({"response_action": "update", "view": {"type": "modal"}}, ["Title"], False),
        ({"response_action": "explode"}, ["Title"], False),
    ],
)
async def test_what_an_answer_to_a_submission_does(
    room: Room, bot: Bot, reply: JsonObject, titles: list[str], closed: bool
) -> None:
    @bot.app.view("c")
    async def take(ack: object) -> None:
        await ack(**reply)  # type: ignore[operator]

    opened = (await room.call("views.open", trigger_id=trigger(room), view=FORM))["view"]
    answer = await room.workspace.submit_view(room.ana.id, opened["id"], {"severity": {"choice": "sev1"}})

    assert [view.title for view in room.workspace.open_views(room.ana.id)] == titles
    assert answer.closed is closed
    is_wrong = "unknown" in str(reply) or "explode" in str(reply) or reply.get("view") == {"type": "modal"}
    assert (answer.error is not None) is is_wrong


async def test_closing_is_told_when_it_was_asked_for(room: Room, bot: Bot) -> None:
    @bot.app.view_closed("c")
    async def closed(ack: object) -> None:
        await ack()  # type: ignore[operator]

    opened = (await room.call("views.open", trigger_id=trigger(room), view=FORM))["view"]
    await room.workspace.close_view(room.ana.id, opened["id"])
    quiet = (await room.call("views.open", trigger_id=trigger(room), view=modal()))["view"]
    await room.workspace.close_view(room.ana.id, quiet["id"])

    told = [body["view"]["id"] for body in bot.bodies if body.get("type") == "view_closed"]
    assert told == [opened["id"]]
    assert room.workspace.open_views(room.ana.id) == []
