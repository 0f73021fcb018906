"""Lists in forms, in each of the spellings that clients send: `name`, `name[]`, `name[0]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, get_origin

from pydantic import BaseModel, model_validator

_ITEM: Final = re.compile(r"(\w+)\[(\d{0,4})\]", re.ASCII)


class ListsSpelledOut(BaseModel):
    """A form whose lists may come as PHP (`name[0]`), Rails and axios (`name[]`) spell them."""

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, sent: object) -> object:
        if not isinstance(sent, Mapping):
            return sent
        lists = {name for name, field in cls.model_fields.items() if get_origin(field.annotation) is list}
        return gathered(sent, lists)


def gathered(sent: Mapping[str, Any], lists: set[str]) -> dict[str, Any]:
    """Return a form with the items of its lists put together, in the order of their numbers.

    Args:
        sent: values by the names that were sent; several values of one name are a list.
        lists: the names of the fields that are lists. Other names stay as they are.
    """
    found = dict(sent)
    items: dict[str, list[tuple[int, Any]]] = {}
    for name in sent:
        spelled = _ITEM.fullmatch(name)
        if spelled is not None and spelled[1] in lists:
            items.setdefault(spelled[1], []).append((int(spelled[2] or -1), found.pop(name)))
    for name, values in items.items():
        together = list(_many(found.get(name, [])))
        for _, value in sorted(values, key=itemgetter(0)):
            together += _many(value)
        found[name] = together
    return found


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
