"""Routers whose every route says who may call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from api.security.access import RULES, declare, declared


class Router(APIRouter):
    """Enters its routes into the table of access as they are defined.

    Raises:
        TypeError: an endpoint without `@allow`.
    """

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route, with who may call it."""
        who = declared(endpoint)
        if who is None:
            message = f"{self.prefix}{path}: write @allow(...) above {endpoint.__name__}, to say who may call it"
            raise TypeError(message)
        super().add_api_route(path, endpoint, **options)
        for method in options["methods"]:
            declare(f"{method} {self.prefix}{path}", who)


def routers_in(package: ModuleType) -> list[Router]:
    """Return the routers (`router`) of all modules of a package, those with literal addresses first.

    An address such as `/people/new` must be asked before `/people/{person_id}` of another module.
    """
    names = [module.name for module in walk_packages(package.__path__, f"{package.__name__}.")]
    found = [vars(import_module(name)).get("router") for name in names]
    routers = {id(router): router for router in found if isinstance(router, Router)}
    return sorted(routers.values(), key=lambda router: min(_variables(route) for route in router.routes))


def _variables(route: BaseRoute) -> int:
    path: str = getattr(route, "path", "")
    return path.count("{")


def lines_of(routes: Sequence[BaseRoute]) -> set[str]:
    """Return every route of an application as the table writes it."""
    lines: set[str] = set()
    for route in iter_route_contexts(routes):
        methods = getattr(route.original_route, "methods", None) or ("GET", "HEAD")
        path = getattr(route.original_route, "path_format", None) or route.path
        lines |= {f"{method} {route.path or path}" for method in methods}
    return {line.replace(" /static", " /static/{path:path}") for line in lines}


def hold_to_table(routes: Sequence[BaseRoute]) -> None:
    """Keep an application from starting whose routes and table of access differ.

    Raises:
        RuntimeError: a route without a line, or a line without a route.
    """
    served = lines_of(routes)
    if served != set(RULES):
        message = f"routes and table of access differ: {sorted(served ^ set(RULES))}"
        raise RuntimeError(message)
