"""A value of each of two workspaces for every setting that may be one workspace's own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from bot.settings import Settings
from bot.settings.own import OF_ONE
from storage.vocabulary import MarkSection

TEMPLATE = """
name = "{word}"

[[section]]
heading = "What the {word} did"
parts = [{{ shows = "timeline" }}]
question = "What did it do?"
"""
MAPPING = """
sender = "{word}"
[alert]
id = "name"
title = "name"
"""
ROUTES = """
[[route]]
name = "{word} pages"
when.source = "{word}"
then = "declare"
severity = "{word}2"
invite = ["@{word}"]

[[message]]
name = "{word} deploys"
when.bot = "{word} bot"
then = "deploy"
"""
SECTIONS = (*MarkSection, "confirm")


def values_of(word: str, folder: Path) -> Mapping[str, str]:
    """What is set for one, whose word stands in each setting that can hold one; its files are in `folder`."""
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / f"{word}.toml").write_text(TEMPLATE.format(word=word))
    (folder / "hooks").mkdir()
    (folder / "hooks" / f"{word}.toml").write_text(MAPPING.format(word=word))
    (folder / "routes.toml").write_text(ROUTES.format(word=word))
    for name in ("key", "hosts"):
        (folder / name).write_text(word)
    number = str(len(word))
    tokens = {name: f"{word}-{name}-0123456789" for name in secrets()}
    return {
        **tokens,
        "webhook_pages_url": f"https://{word}.example/published",
        "webhook_pages_secret": f"whsec_{b64encode(word.encode() * 6).decode()}",
        "severities": f"{word}1,{word}2",
        "severity_meanings": f"The {word} is out; The {word} is tired",
        "roles": f"commander,{word}",
        "stages": f"{word} seen,{word} held",
        "update_minutes": f"{number},0",
        "silent_hours": number,
        "announce_channel": f"{word}-news",
        "invite": f"@{word}",
        "tickets": "on" if len(word) % 2 else "off",
        "github_url": f"https://{word}.example/github",
        "github_repository": f"{word}/shop",
        "jira_url": f"https://{word}.example",
        "jira_email": f"{word}@example.com",
        "jira_project": word.upper(),
        "jira_issue_type": word,
        "linear_url": f"https://{word}.example/linear",
        "linear_team": word.upper(),
        "gitlab_url": f"https://{word}.example/gitlab",
        "gitlab_project": f"{word}/shop",
        "git_pages_url": f"https://{word}.example/{word}/pages.git",
        "git_pages_user": word,
        "git_pages_ssh_key": str(folder / "key"),
        "git_pages_known_hosts": str(folder / "hosts"),
        "git_pages_branch": word,
        "git_pages_folder": word,
        "git_pages_link": f"https://{word}.example/pages",
        "git_pages_pull_requests": "off" if len(word) % 2 else "on",
        "git_pages_api": f"https://{word}.example/api",
        "git_pages_author": f"{word} <{word}@example.com>",
        "confluence_url": f"https://{word}.example/wiki",
        "confluence_email": f"{word}@example.com",
        "confluence_space": word.upper(),
        "confluence_parent": number,
        "notion_url": f"https://{word}.example/notion",
        "notion_data_source": "" if len(word) % 2 else "d" * 32,
        "notion_parent": "e" * 32 if len(word) % 2 else "",
        "statuspage_url": f"https://{word}.example/statuspage",
        "statuspage_page": f"{word}1",
        "cachet_url": f"https://{word}.example/cachet",
        "instatus_url": f"https://{word}.example/instatus",
        "instatus_page": f"{word}2",
        **{f"{section}_emoji": f"{word}_{section}" for section in SECTIONS},
        "template": word,
        "templates_dir": str(folder / "templates"),
        "incident_channel_prefix": f"{word}-",
        "timezone": "Europe/Berlin" if len(word) % 2 else "Asia/Tokyo",
        "postmortem_due_days": number,
        "export_dir": str(folder / "published"),
        "keep_deleted": "true" if len(word) % 2 else "false",
        "retention_days": number,
        "hooks_dir": str(folder / "hooks"),
        "routes_file": str(folder / "routes.toml"),
        "alert_severities": word,
        "deploy_workflows": word,
        "deploy_environments": word,
    }


def secrets() -> list[str]:
    """The settings that a table names a variable or a file of."""
    return [name for name in OF_ONE if not Settings.model_fields[name].repr]


def table_of(team_id: str, values: Mapping[str, str], word: str) -> tuple[str, Mapping[str, str]]:
    """The table of a workspace, and the variables that its secrets are in."""
    lines, variables = [f"[{team_id}]"], {}
    for name, value in values.items():
        key = name.upper()
        if name == "invite":
            lines.append(f'INVITE_{word.upper()}1 = "{value}"')
        elif name in secrets():
            variables[f"{word.upper()}_{key}"] = value
            lines.append(f'{key}_ENV = "{word.upper()}_{key}"')
        else:
            lines.append(f'{key} = "{value}"')
    return "\n".join([*lines, ""]), variables
