"""Every layout an export comes in, whole, damaged or hostile, is read as far as it goes, or refused."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.imports.reading import CannotImport, History, read

Tree = Mapping[str, Any]
"""File contents by path: bytes as they are, everything else as JSON."""


def said(text: str, second: int = 0, **more: Any) -> dict[str, Any]:
    ts = f"{1694354400 + second}.000100"
    return {"type": "message", "user": "U1", "ts": ts, "text": text, "team": "T7", **more}


USERS = [{"id": "U1", "team_id": "T7", "profile": {"display_name": "Ana"}}]
EXPORT: Tree = {
    "channels.json": [{"id": "C9", "name": "ops"}],
    "users.json": USERS,
    "ops/2023-09-10.json": [said("Down."), said("Back.", 60)],
}


def folder(root: Path, tree: Tree) -> Path:
    for name, content in tree.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return root


def packed(path: Path, tree: Tree) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return path


def below(prefix: str, tree: Tree) -> Tree:
    return {f"{prefix}{name}": content for name, content in tree.items()}


def lines(*chunks: object) -> bytes:
    return gzip.compress(b"".join(json.dumps(chunk).encode() + b"\n" for chunk in chunks))


def texts(history: History) -> list[str]:
    return [message["text"] for message in history.messages]


def left_out(history: History) -> list[tuple[str, str]]:
    return [(one.where, one.why) for one in history.skipped]


@pytest.mark.parametrize("is_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    "tree",
    [
        EXPORT,
        below("Acme Slack export Sep 10 2023/", EXPORT),
        below("a/b/", EXPORT),
        {
            **EXPORT,
            "ops/2023-09-10.json": [],
            "ops/2023/09/2023-09-10.json": EXPORT["ops/2023-09-10.json"],
        },
        {**EXPORT, "__MACOSX/ops/._2023-09-10.json": b"\0\5", ".DS_Store.json": b"\0", "ops/.x.json": b"\0"},
        {**EXPORT, "integration_logs.json": {}, "canvases.json": None},
        {
            **{k: v for k, v in EXPORT.items() if "/" not in k},
            "C9/2023-09-10.json": EXPORT["ops/2023-09-10.json"],
        },
        {
            **{k: v for k, v in EXPORT.items() if "/" not in k},
            "ops-C9/2023-09-10.json": EXPORT["ops/2023-09-10.json"],
        },
        {
            **EXPORT,
            "ops/2023-09-10.json": b"\xef\xbb\xbf" + json.dumps(EXPORT["ops/2023-09-10.json"]).encode(),
        },
    ],
    ids=["plain", "enclosed", "twice", "inside", "mac", "more", "by id", "name and id", "bom"],
)
def test_slacks_export_however_it_was_unpacked(tmp_path: Path, tree: Tree, is_zip: bool) -> None:
    path = packed(tmp_path / "export.zip", tree) if is_zip else folder(tmp_path / "export", tree)

    history = read(path)

    assert (history.channel_id, history.channel_name, history.team_id) == ("C9", "ops", "T7")
    assert texts(history) == ["Down.", "Back."]
    assert left_out(history) == []


@pytest.mark.parametrize(
    ("file", "entry", "where"),
    [
        ("groups.json", {"id": "G1", "name": "secret-ops"}, "secret-ops"),
        ("mpims.json", {"id": "G1", "name": "mpdm-ana--ben-1"}, "mpdm-ana--ben-1"),
        ("mpims.json", {"id": "C1", "name": "mpdm-ana--ben-1"}, "C1"),
        ("dms.json", {"id": "D1", "members": ["U1", "U2"]}, "D1"),
        ("channels.json", {"id": "C1", "name": "closed", "is_private": True}, "closed"),
        ("channels.json", {"id": "C1", "name": "café"}, "cafe\u0301"),
    ],
)
def test_every_kind_of_conversation_and_whether_it_is_private(
    tmp_path: Path, file: str, entry: dict[str, Any], where: str
) -> None:
    tree = {file: [entry], f"{where}/2023-09-10.json": [said("Hush.")]}

    history = read(packed(tmp_path / "export.zip", tree))

    assert texts(history) == ["Hush."]
    assert history.channel_id == entry["id"]
    assert history.is_private == ("café" not in entry.get("name", ""))


def test_an_organisations_export_has_workspaces_whose_channels_may_share_a_name(tmp_path: Path) -> None:
    other = [{"id": "U5", "team_id": "T8", "profile": {}}]
    tree = {
        "org_users.json": [*USERS, *other, {"id": "U6", "team_id": "T8"}],
        "channels.json": [{"id": "C1", "name": "everybody"}],
        "everybody/2023-09-10.json": [said("All hands.")],
        **below("teams/acme/", EXPORT),
        "teams/sub/channels.json": [{"id": "C5", "name": "ops"}, {"id": "C6", "name": "web"}],
        "teams/sub/users.json": other,
        "teams/sub/ops/2023-09-10.json": [said("Elsewhere.", team="T8")],
        "teams/sub/web/2023-09-10.json": [said("Web.", team="T8")],
    }
    path = packed(tmp_path / "grid.zip", below("export/", tree))

    with pytest.raises(CannotImport, match=r"#acme/ops, #export/everybody|#acme/ops, #everybody"):
        read(path)
    with pytest.raises(
        CannotImport, match=r"#acme/ops, #sub/ops: say which one, for example --channel acme/ops"
    ):
        read(path, channel="ops")
    ours, theirs = read(path, channel="acme/ops"), read(path, channel="C5")
    shared = read(path, channel="everybody")

    assert (ours.channel_id, ours.team_id, texts(ours)) == ("C9", "T7", ["Down.", "Back."])
    assert (theirs.channel_id, theirs.team_id, texts(theirs)) == ("C5", "T8", ["Elsewhere."])
    assert read(path, channel="web").team_id == "T8"
    assert {user["id"] for user in theirs.users} >= {"U1", "U5", "U6"}, "people of the whole organisation"
    assert (texts(shared), shared.team_id) == (["All hands."], None), "whose it is nobody says"


ARCHIVE: Tree = {
    "workspace.json.gz": lines({"t": 6, "w": {"team_id": "T7", "url": "https://acme.slack.com/"}}),
    "users.json.gz": lines({"t": 3, "u": USERS}),
    "channels.json.gz": lines({"t": 4, "ch": [{"id": "C9", "name": "ops"}]}),
    "C9.json.gz": lines(
        {"t": 5, "id": "C9", "ci": {"id": "C9", "name": "ops", "is_private": False}},
        {"t": 0, "id": "C9", "n": 2, "m": [said("Back.", 60), said("Down.", thread_ts="1694354400.000100")]},
        {"t": 1, "id": "C9", "p": said("Down."), "m": [said("A reply.", 30, thread_ts="1694354400.000100")]},
    ),
    "C9-1694354400.000100.json.gz": lines({"t": 1, "id": "C9", "m": [said("Another reply.", 40)]}),
    "D1.json.gz": lines({"t": 0, "id": "D1", "m": [said("Hush.")]}),
    "__uploads/F1/x.json": b"no export's",
}


@pytest.mark.parametrize("form", ["folder", "zip", "file"])
def test_an_archive_of_slackdumps(tmp_path: Path, form: str) -> None:
    root = folder(tmp_path / "slackdump_20230910", ARCHIVE)
    path = {
        "folder": root,
        "zip": packed(tmp_path / "a.zip", below("x/", ARCHIVE)),
        "file": root / "C9.json.gz",
    }[form]

    history = read(path, channel=None if form == "file" else "ops")

    assert texts(history) == ["Down.", "A reply.", "Another reply.", "Back."]
    assert (history.channel_id, history.channel_name, history.team_id) == ("C9", "ops", "T7")
    assert [user["id"] for user in history.users] == ["U1"]
    assert read(root, channel="D1").is_private


@pytest.mark.parametrize("form", ["file", "folder", "zip"])
def test_a_dump_of_slackdumps_has_replies_in_their_messages(tmp_path: Path, form: str) -> None:
    dump = {
        "channel_id": "C9",
        "name": "ops",
        "messages": [
            {
                **said("Down."),
                "slackdump_thread_replies": [said("A reply.", 30), {**said("Another.", 40), "ts": None}],
            },
            said("Back.", 60),
        ],
    }
    tree = {"C9.json": dump, "users.json": USERS}
    path = {
        "file": folder(tmp_path / "f", tree) / "C9.json",
        "folder": tmp_path / "f",
        "zip": packed(tmp_path / "d.zip", tree),
    }[form]

    history = read(path)

    assert texts(history) == ["Down.", "A reply.", "Back."]
    assert (history.channel_id, history.channel_name) == ("C9", "ops")
    assert left_out(history) == [("a reply in entry 1 of C9.json", "it has no time")]


def test_a_channels_own_folder_is_enough(tmp_path: Path) -> None:
    root = folder(tmp_path / "export", EXPORT)

    assert texts(read(root / "ops")) == ["Down.", "Back."]
    (root / "channels.json").unlink()
    with pytest.raises(CannotImport, match=r"neither channels\.json nor groups\.json"):
        read(root / "ops")
    assert read(root / "ops", channel_id="C9").channel_name == "ops"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b"[{", "it is not valid JSON"),
        (b"", "it is not valid JSON"),
        (b"[" * 100_000, "it is not valid JSON"),
        (b"\xff\xfe[]", "it is not valid JSON"),
        (b'{"ts": "1694354400.000100"}', "it holds no list of messages"),
        (b"[1" + b"0" * 5000 + b"]", "it is not valid JSON"),
    ],
)
def test_a_broken_day_costs_that_day(tmp_path: Path, broken: bytes, why: str) -> None:
    tree = {**EXPORT, "ops/2023-09-11.json": broken, "users.json": b"{"}

    history = read(packed(tmp_path / "export.zip", tree))

    assert texts(history) == ["Down.", "Back."]
    assert left_out(history) == [("users.json", "it is not valid JSON"), ("ops/2023-09-11.json", why)]


def test_a_file_in_it_that_unpacks_to_more_than_any_day_is_left_out(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", EXPORT)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ops/2023-09-11.json", "w", force_zip64=True) as bomb,
    ):
        for _ in range(101):
            bomb.write(b" " * 1024 * 1024)

    history = read(path)

    assert path.stat().st_size < 1024 * 1024
    assert texts(history) == ["Down.", "Back."]
    assert left_out(history) == [("ops/2023-09-11.json", "it is larger than 100 MB")]


def test_more_in_all_than_any_channel_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", EXPORT)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for day in range(11, 14):
            with archive.open(f"ops/2023-09-{day}.json", "w", force_zip64=True) as bomb:
                for _ in range(90):
                    bomb.write(b" " * 1024 * 1024)

    with pytest.raises(CannotImport, match=r"more than 200 MB\. Make an export of this channel alone"):
        read(path)


def test_paths_that_lead_out_of_it_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps([said("Not yours.")]))
    tree = {
        **EXPORT,
        "../outside.json": [said("x", 1)],
        "ops/../../outside.json": [said("x", 2)],
        "/ops/2023-09-12.json": [said("x", 3)],
        "ops\\..\\..\\outside.json": [said("x", 4)],
    }
    root = folder(tmp_path / "export", EXPORT)
    (root / "ops" / "2023-09-13.json").symlink_to(outside)

    assert texts(read(packed(tmp_path / "export.zip", tree))) == ["Down.", "Back."]
    assert texts(read(root)) == ["Down.", "Back."]


def test_a_zip_that_is_cut_off_or_encrypted_is_one_sentence(tmp_path: Path) -> None:
    whole = packed(tmp_path / "export.zip", EXPORT)
    content = whole.read_bytes()
    for length in (0, 10, len(content) // 2, len(content) - 30):
        cut = tmp_path / f"cut{length}.zip"
        cut.write_bytes(content[:length])
        with pytest.raises(CannotImport, match=r"damaged or incomplete .zip"):
            read(cut)
    damaged = bytearray(content)
    place = damaged.index(b"ops/2023-09-10.json") + len("ops/2023-09-10.json")
    damaged[place : place + 8] = b"\xff" * 8
    (tmp_path / "damaged.zip").write_bytes(damaged)
    history = read(tmp_path / "damaged.zip")
    assert texts(history) == []
    assert [where for where, _ in left_out(history)] == ["ops/2023-09-10.json"]


def test_an_archives_file_that_is_cut_off_costs_its_end(tmp_path: Path) -> None:
    whole = ARCHIVE["C9.json.gz"]
    root = folder(tmp_path / "archive", {**ARCHIVE, "C9.json.gz": whole[: len(whole) // 2]})

    history = read(root, channel="C9")

    assert [where for where, _ in left_out(history)] == ["C9.json.gz"]
    assert texts(history) == ["Another reply."]


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        ({}, "There is nothing in"),
        ({"readme.txt": b"x"}, "There is nothing in"),
        ({"channels.json": []}, "holds messages of none of them"),
        ({"channels.json": {}}, "holds messages of none of them"),
        ({"channels.json": b"{", "ops/2023-09-10.json": []}, "holds messages of none of them"),
        (
            {"channels.json": [None, {"id": 5}, {"id": "x"}, {"name": "ops"}], "ops/x.json": []},
            "none of them",
        ),
        ({"users.json": USERS}, "This is no Slack export"),
        ({"slackdump.sqlite": b"SQLite format 3"}, "slackdump convert -f export"),
    ],
)
def test_what_is_no_export_is_one_sentence(tmp_path: Path, tree: Tree, says: str) -> None:
    (tmp_path / "export").mkdir()
    root = folder(tmp_path / "export", tree)

    with pytest.raises(CannotImport, match=says) as problem:
        read(root)

    assert "\n" not in str(problem.value)
