"""The names that the HTTP interface itself gives to fields, read from its routes.

Only these may be repeated in an answer about a wrong field: any other name was
made up by the sender, and may be about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel


def known_fields(app: FastAPI) -> frozenset[str]:
    """Return the names of every parameter of a query, header or path and of every field of a body."""
    found: frozenset[str] | None = getattr(app.state, "known_fields", None)
    if found is None:
        contexts = iter_route_contexts(app.routes)
        routes = (context.route for context in contexts)
        found = frozenset(name for route in routes if isinstance(route, APIRoute) for name in _names(route.dependant))
        app.state.known_fields = found
    return found


def _names(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        yield from _names(inner)
    own = (dependant.path_params, dependant.query_params, dependant.header_params, dependant.body_params)
    for field in chain.from_iterable(own):
        yield field.alias
        yield from _of_type(field.field_info.annotation, set())


def _of_type(annotation: Any, seen: set[Any]) -> Iterable[str]:
    """Return the names of the fields of every model that an annotation holds, to any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        for name, field in annotation.model_fields.items():
            yield field.alias or name
            yield from _of_type(field.annotation, seen)
    for part in get_args(annotation):
        yield from _of_type(part, seen)
