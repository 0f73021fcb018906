"""The index of a register's names after a few people changed: only their names are indexed again.

Nothing of the earlier index is changed: what both have in common they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gatekeeper.caption.index import NameIndex, Names, People, given_of, keys_of, plain_names, surnames_of
from gatekeeper.caption.text.east_asian import Written, WrittenNames, written_names
from gatekeeper.types import Person, PersonId

_FEW: Final = 8
"""Up to one in so many people the index is changed; beyond that a new one is made sooner."""

Borne = Iterable[tuple[str, PersonId]]


def reindexed(
    index: NameIndex, before: Mapping[PersonId, Person], after: Mapping[PersonId, Person]
) -> NameIndex:  # fmt: skip
    """Return the index of other people, made from one at hand.

    Args:
        index: of the people of `before`.
        before: by id.
        after: by id; who is the same object as before is not indexed again.
    """
    gone = [one for person, one in before.items() if after.get(person) is not one]
    come = [one for person, one in after.items() if before.get(person) is not one]
    if not gone and not come:
        return index
    if (len(gone) + len(come)) * _FEW > len(after):
        return NameIndex.of(after.values())
    dropped = {one.id for one in gone}
    plain = {person: names for person, names in index.plain.items() if person not in dropped}
    return NameIndex(
        _names(index.given, given_of(gone), given_of(come)),
        _names(index.surnames, surnames_of(gone), surnames_of(come)),
        _written(index.written, gone, come),
        plain | {one.id: plain_names(one) for one in come},
    )


def _names(names: Names, gone: Borne, come: Borne) -> Names:
    sure, loose, initials = dict(names.sure), dict(names.loose), dict(names.initials)
    for name, person in gone:
        keys = keys_of(name)
        for table, own in ((sure, keys.sure), (loose, keys.loose), (initials, keys.initials)):
            _take_out(table, own, person)
    for name, person in come:
        keys = keys_of(name)
        for table, own in ((sure, keys.sure), (loose, keys.loose), (initials, keys.initials)):
            for key in own:
                table[key] = table.get(key, set()) | {person}
    return Names(sure, loose, initials)


def _take_out(table: dict[str, People], keys: Iterable[str], person: PersonId) -> None:
    for key in keys:
        bearers = table.get(key, set()) - {person}  # a person may have one key by two names
        if bearers:
            table[key] = bearers
        else:
            table.pop(key, None)


def _written(names: WrittenNames, gone: Iterable[Person], come: Iterable[Person]) -> WrittenNames:
    table = dict(names)
    for one in gone:
        for characters in written_names([one]):
            left = _without(table.pop(characters), one.id)
            if left.whole or left.given or left.family:
                table[characters] = left
    for characters, own in written_names(come).items():
        was = table.get(characters, Written())
        table[characters] = Written(was.whole | own.whole, was.given | own.given, was.family | own.family)
    return table


def _without(written: Written, person: PersonId) -> Written:
    return Written(written.whole - {person}, written.given - {person}, written.family - {person})
