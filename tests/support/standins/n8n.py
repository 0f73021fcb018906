"""n8n: runs the nodes that our workflow is made of, as their public descriptions say.

The names of parameters are those of n8n-io/n8n, `packages/@n8n/workflow-sdk/src/types/generated/nodes`
(`httpRequest/v42`, `if/v22`, `wait/v11`, `formTrigger/v22`) and `nodes-base/nodes/StopAndError`. Of expressions
only what the workflow uses is understood; anything else fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

PARAMETERS: Final = {
    ("formTrigger", 2.2): {"formTitle", "formDescription", "formFields", "authentication", "options"},
    ("httpRequest", 4.2): {
        "method", "url", "authentication", "genericAuthType", "sendQuery", "queryParameters", "sendHeaders",
        "headerParameters", "sendBody", "contentType", "specifyBody", "bodyParameters", "jsonBody", "options",
    },
    ("if", 2.2): {"conditions", "options"},
    ("wait", 1.1): {"resume", "amount", "unit", "dateTime", "options"},
    ("stopAndError", 1): {"errorType", "errorMessage"},
}  # fmt: skip
"""What each kind of node takes, of the version that the workflow names."""

_STEP: Final = re.compile(
    r"""\.first\(\)\.json|\.toISO\(\)|\.join\('(?P<glue>[^']*)'\)|\.replaceAll\('(?P<old>[^']*)',\ '(?P<new>[^']*)'\)
    |\.(?P<name>\w+)|\[(?P<number>\d+)\]""",
    re.VERBOSE,
)
_INSERT: Final = re.compile(r"\{\{ (.+?) \}\}")


class Stopped(Exception):
    """The execution ended with an error, which n8n shows."""


@dataclass
class Run:
    """One execution: what each node gave last, and what nodes may refer to."""

    workflow: Mapping[str, Any]
    hosts: Mapping[str, str]
    keys: Mapping[str, dict[str, str]]
    photo: bytes
    now: str
    given: dict[str, Any] = field(default_factory=dict)
    waited: list[str] = field(default_factory=list)

    def run(self, form: dict[str, Any]) -> None:
        """Run from the form to the end of a branch.

        Raises:
            Stopped: a node refused, or was refused.
        """
        nodes = {node["name"]: node for node in self.workflow["nodes"]}
        name, item = next(n for n, node in nodes.items() if node["type"].endswith("formTrigger")), form
        while True:
            self.given[name] = item
            out = self._output(nodes[name], item) if nodes[name]["type"].endswith(".if") else 0
            ways = self.workflow["connections"].get(name, {"main": [[]]})["main"]
            if not ways[out]:
                return
            name = ways[out][0]["node"]
            item = self._executed(nodes[name], item)

    def _executed(self, node: dict[str, Any], item: Any) -> Any:
        given = node["parameters"]
        match node["type"].removeprefix("n8n-nodes-base."):
            case "httpRequest":
                return self._asked(node, item)
            case "stopAndError":
                raise Stopped(self.value(given["errorMessage"], item))
            case "wait":
                self.waited.append(self.value(given["dateTime"], item) if "resume" in given else "")
        return item

    def _output(self, node: dict[str, Any], item: Any) -> int:
        (one,) = node["parameters"]["conditions"]["conditions"]
        assert one["operator"] == {"type": "string", "operation": "equals"}
        return int(self.value(one["leftValue"], item) != one["rightValue"])

    def _asked(self, node: dict[str, Any], item: Any) -> Any:
        """Send one request; by default a node fails unless the answer is of success."""
        given = node["parameters"]
        (key,) = (credential["id"] for credential in node["credentials"].values())
        headers = self._pairs(given.get("headerParameters"), item) | self.keys[key]
        url = str(self.value(given["url"], item))
        for host, local in self.hosts.items():
            url = url.replace(host, local)
        answer = httpx2.request(given["method"], url, headers=headers, timeout=30, **self._body(given, item))
        if answer.is_error:
            raise Stopped(f"{answer.status_code} {answer.text}")
        found = answer.json()
        return found[0] if isinstance(found, list) else found

    def _body(self, given: dict[str, Any], item: Any) -> dict[str, Any]:
        if not given.get("sendBody"):
            return {}
        if given.get("specifyBody") == "json":
            return {"json": json.loads(self.value(given["jsonBody"], item))}
        fields = self._pairs(given["bodyParameters"], item)
        if given.get("contentType") != "multipart-form-data":
            return {"json": fields}
        (file,) = [one["name"] for one in given["bodyParameters"]["parameters"] if "inputDataFieldName" in one]
        return {"data": {name: fields[name] for name in fields if name != file}, "files": {file: self.photo}}

    def _pairs(self, collection: dict[str, Any] | None, item: Any) -> dict[str, Any]:
        pairs = (collection or {"parameters": []})["parameters"]
        return {pair["name"]: self.value(pair.get("value", ""), item) for pair in pairs}

    def value(self, text: str, item: Any) -> Any:
        """Return a parameter's value; what begins with '=' has expressions in it."""
        if not text.startswith("="):
            return text
        whole = _INSERT.fullmatch(text[1:])
        if whole:
            return self._evaluated(whole[1], item)
        return _INSERT.sub(lambda found: str(self._evaluated(found[1], item)), text[1:])

    def _evaluated(self, expression: str, item: Any) -> Any:
        if wrapped := re.fullmatch(r"JSON\.stringify\((.+)\)", expression):
            return json.dumps(self._evaluated(wrapped[1], item))
        if around := re.fullmatch(r"'([^']*)' \+ (.+) \+ '([^']*)'", expression):
            return f"{around[1]}{self._evaluated(around[2], item)}{around[3]}"
        root = re.match(r"\$json|\$now|\$(execution|workflow)|\$\('([^']+)'\)", expression)
        assert root, expression
        roots = {"$json": item, "$now": self.now, "$execution": {"id": "231"}, "$workflow": {"id": "BWUTRs5R"}}
        found = roots[root[0]] if root[0] in roots else self.given[root[2]]
        rest = expression[root.end() :]
        while rest:
            step = _STEP.match(rest)
            assert step, expression
            found, rest = _stepped(found, step), rest[step.end() :]
        return found


def _stepped(found: Any, step: re.Match[str]) -> Any:
    """Return one step further along an expression."""
    if step["glue"] is not None:
        return step["glue"].join(found)
    if step["old"] is not None:
        return found.replace(step["old"].replace("\\n", "\n"), step["new"])
    if step["number"] is not None:
        return found[int(step["number"])]
    return found[step["name"]] if step["name"] else found
