"""Fixtures of the application: a school, its people and programs."""

from tests.support.http import (
    add_route,
    deliveries,
    head,
    http,
    log_lines,
    new_client,
    new_person,
    office,
    receiver,
    scheduler,
    staff_program,
)
from tests.support.school import clock, school

__all__ = [
    "add_route",
    "clock",
    "deliveries",
    "head",
    "http",
    "log_lines",
    "new_client",
    "new_person",
    "office",
    "receiver",
    "scheduler",
    "school",
    "staff_program",
]
