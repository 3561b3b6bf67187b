"""Installing an app: codes, tokens and refresh tokens, each good for what Slack says and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import pytest

from sandbox.app_installs import CODE_SECONDS, TOKEN_SECONDS
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.server import Sandbox

REDIRECT = "https://scribe.test/slack/oauth_redirect"


class Watch:
    """Seconds that a test lets go by."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(is_installed=False, rate_scale=1000) as box:
        box.installs.redirect_urls = [REDIRECT]
        box.installs.now = Watch()
        yield box


def agreed(box: Sandbox, **changed: str) -> dict[str, str]:
    """What Slack leads a browser back with."""
    ana = box.workspace.add_person("ana")
    asked = {"client_id": box.installs.client_id, "scope": "commands,chat:write", "state": "s", **changed}
    led_to = box.workspace.agree_to_install(
        ana.id, f"https://slack.test/oauth/v2/authorize?{urlencode(asked)}"
    )
    assert led_to.startswith(REDIRECT)
    return dict(parse_qsl(urlsplit(led_to).query))


async def call(box: Sandbox, method: str, token: str = "", **args: str) -> JsonObject:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{box.api_url}{method}", data=args, headers=headers) as response,
    ):
        found: JsonObject = await response.json()
        return found


async def access(box: Sandbox, **args: str) -> JsonObject:
    client = {"client_id": box.installs.client_id, "client_secret": box.installs.client_secret}
    return await call(box, "oauth.v2.access", **{**client, **args})


async def test_a_code_is_a_token_of_the_scopes_that_were_agreed_to(box: Sandbox) -> None:
    led_back = agreed(box)
    assert led_back["state"] == "s"

    given = await access(box, code=led_back["code"])

    assert (given["ok"], given["token_type"], given["scope"]) == (True, "bot", "chat:write,commands")
    assert given["team"] == {"id": box.workspace.team_id, "name": "Acme"}
    assert "refresh_token" not in given
    whose = await call(box, "auth.test", given["access_token"])
    assert whose["team_id"] == box.workspace.team_id
    refused = await call(box, "users.info", given["access_token"], user="U1")
    assert refused["error"] == "missing_scope"


async def test_a_code_is_good_once_and_for_ten_minutes(box: Sandbox) -> None:
    code = agreed(box)["code"]
    assert (await access(box, code=code))["ok"]
    assert (await access(box, code=code))["error"] == "code_already_used"
    late = agreed(box)["code"]
    box.installs.now.seconds = CODE_SECONDS  # type: ignore[attr-defined]
    assert (await access(box, code=late))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"client_secret": "x"}, "bad_client_secret"),
        ({"code": "made-up"}, "invalid_code"),
        ({"redirect_uri": "https://elsewhere.test"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_refresh_token"),
    ],
)
async def test_what_does_not_fit_is_refused(box: Sandbox, changed: dict[str, str], error: str) -> None:
    refused = await access(box, **{"code": agreed(box)["code"], **changed})

    assert (refused["ok"], refused["error"]) == (False, error)


@pytest.mark.parametrize(
    "changed", [{"client_id": "1.1"}, {"scope": "admin"}, {"redirect_uri": "https://elsewhere.test"}]
)
def test_slack_s_page_shows_an_error_for_what_the_app_may_not_ask(changed: dict[str, str]) -> None:
    box = Sandbox(is_installed=False)
    box.installs.redirect_urls = [REDIRECT]
    with pytest.raises(SandboxError, match="Slack says"):
        agreed(box, **changed)


async def test_rotated_tokens_expire_and_a_refresh_token_is_used_once(box: Sandbox) -> None:
    box.installs.is_rotating = True
    first = await access(box, code=agreed(box)["code"])
    assert str(first["access_token"]).startswith("xoxe.xoxb-1-")
    assert first["expires_in"] == TOKEN_SECONDS
    renew = {"grant_type": "refresh_token", "refresh_token": str(first["refresh_token"])}
    second = await access(box, **renew)
    assert (await access(box, **renew))["error"] == "invalid_refresh_token"
    assert (await call(box, "auth.test", first["access_token"]))["ok"]

    await access(box, grant_type="refresh_token", refresh_token=str(second["refresh_token"]))
    assert (await call(box, "auth.test", first["access_token"]))["error"] == "token_expired"
    assert (await call(box, "auth.test", second["access_token"]))["ok"]
    box.installs.now.seconds = TOKEN_SECONDS  # type: ignore[attr-defined]
    assert (await call(box, "auth.test", second["access_token"]))["error"] == "token_expired"


async def test_an_app_that_is_uninstalled_has_no_tokens(box: Sandbox) -> None:
    given = await access(box, code=agreed(box)["code"])
    box.workspace.uninstall_app()

    assert (await call(box, "auth.test", given["access_token"]))["error"] == "account_inactive"


async def test_a_token_can_be_given_back(box: Sandbox) -> None:
    given = await access(box, code=agreed(box)["code"])

    assert (await call(box, "auth.revoke", given["access_token"]))["revoked"] is True
    assert (await call(box, "auth.test", given["access_token"]))["error"] == "token_revoked"


async def test_each_workspace_is_known_by_its_own_token(box: Sandbox) -> None:
    beta = box.add_workspace(team_name="Beta", domain="beta")
    here = await access(box, code=agreed(box)["code"])
    eva = beta.add_person("eva")
    asked = urlencode({"client_id": box.installs.client_id, "scope": "users:read"})
    led_to = beta.agree_to_install(eva.id, f"https://slack.test/?{asked}")
    there = await access(box, code=dict(parse_qsl(urlsplit(led_to).query))["code"])

    for given, team in ((here, box.workspace), (there, beta)):
        assert (await call(box, "auth.test", given["access_token"]))["team_id"] == team.team_id
    assert (await call(box, "users.info", there["access_token"], user=eva.id))["ok"]
    assert [call.method for call in beta.all_calls] == ["auth.test", "users.info"]
