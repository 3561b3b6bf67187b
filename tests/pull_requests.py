"""Pull requests of GitHub on this machine, beside a real repository (docs.github.com/rest/pulls/pulls)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer
from tests.git_server import BareRepository


class PullRequests(TrackerServer):
    """Those of one repository, `acme/pages`."""

    def __init__(self, bare: BareRepository, token: str) -> None:
        super().__init__(token)
        self._bare = bare
        self.made: list[dict[str, Any]] = []

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, {"message": "Bad credentials"})
        if path == "/repos/acme/pages":
            return 200, {"default_branch": self._bare.branch}
        if path != "/repos/acme/pages/pulls":
            raise Refused(404, {"message": "Not Found"})
        if request.method == "GET":
            query = request.query_params
            owner, _, head = query.get("head", "").partition(":")
            states = {"all": ("open", "closed")}.get(query.get("state", "open"), ("open",))
            assert not head or owner == "acme"
            return 200, [
                one for one in self.made if one["state"] in states and head in ("", one["head"]["ref"])
            ]
        return 201, self._open(body)

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        """One from a branch with commits, and no second open one (the endpoint's 422)."""
        head, base = body["head"], body["base"]
        there = self._bare.git("for-each-ref", "--format=%(refname:short)").split()
        if head not in there or base not in there:
            raise Refused(
                422, {"message": "Validation Failed", "errors": [{"field": "head", "code": "invalid"}]}
            )
        if any(one["head"]["ref"] == head and one["state"] == "open" for one in self.made):
            message = f"A pull request already exists for acme:{head}."
            raise Refused(422, {"message": "Validation Failed", "errors": [{"message": message}]})
        number = len(self.made) + 1
        one = {
            "number": number,
            "state": "open",
            "title": body["title"],
            "body": body["body"],
            "html_url": f"https://github.com/acme/pages/pull/{number}",
            "head": {"ref": head},
            "base": {"ref": base},
        }
        self.made.insert(0, one)
        return one

    def merge(self) -> None:
        """Somebody merges the newest, as one commit, and leaves its branch."""
        one = self.made[0]
        tree = self._bare.git("rev-parse", f"{one['head']['ref']}^{{tree}}").strip()
        base = f"refs/heads/{one['base']['ref']}"
        commit = self._bare.git("commit-tree", tree, "-p", base, "-m", one["title"]).strip()
        self._bare.git("update-ref", base, commit)
        one["state"] = "closed"
