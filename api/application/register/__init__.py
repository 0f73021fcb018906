"""Enrolment, reference photographs and pending imports."""
