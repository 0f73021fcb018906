"""Importing the school's list of people, step by step."""
