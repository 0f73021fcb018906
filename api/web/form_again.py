"""A form as it was sent, in the page that it came from: what was typed is kept, and what is wrong stands beside it.

Works on the page's own markup, so that it holds for every form alike. Passwords and files are never
filled in again. The markup is that of HTML forms (HTML Living Standard, 4.10) and of `aria-describedby` (WAI-ARIA 1.2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

Attributes = dict[str, str | None]

_NEVER: Final = frozenset({"password", "file", "hidden", "submit", "button", "image", "reset"})
"""Types of input that are left as the page has them."""
_TICKS: Final = frozenset({"checkbox", "radio"})
_FIELDS: Final = frozenset({"input", "select", "textarea"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and what is wrong with it.

    Attributes:
        path: where it was sent, without a query.
        values: everything that was typed and chosen, by the name of the field.
        errors: a sentence for each field that cannot be used.
        whole: a sentence about the form as a whole; empty if each error has its field.
    """

    path: str
    values: Mapping[str, Sequence[str]] = field(repr=False)
    errors: Mapping[str, str]
    whole: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag and its place in the text; `attributes` is None of an end tag."""

    tag: str
    attributes: Attributes | None
    start: int
    end: int

    def is_field(self) -> bool:
        return self.attributes is not None and self.tag in _FIELDS and bool(self.attributes.get("name"))

    def kind(self) -> str:
        return (self.get("type") or "text") if self.tag == "input" else self.tag

    def get(self, name: str) -> str:
        return (self.attributes or {}).get(name) or ""

    def open_for_typing(self) -> bool:
        return self.is_field() and self.kind() not in _NEVER | _TICKS


class _Reader(HTMLParser):
    """Finds the tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._html, self._lines, self.found = html, [0], list[_Token]()
        for line in html.split("\n"):  # a parser counts no other character as the end of a line
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, text = self._here(), self.get_starttag_text() or ""
        self.found.append(_Token(tag, dict(attrs), start, start + len(text)))

    def handle_endtag(self, tag: str) -> None:
        start = self._here()
        self.found.append(_Token(tag, None, start, self._html.index(">", start) + 1))


def again(html: str, sent: Sent) -> str | None:
    """Return a page with a form of its filled in as it was sent; None if the page has no such form."""
    tokens = _Reader(html).found
    forms = [span for span in _forms(tokens) if sent.path in _targets(tokens, span)]
    if not forms:
        return None
    span = max(forms, key=lambda one: _likeness(tokens[slice(*one)], sent))
    edits = dict(_unfolded(tokens, span)) | dict(_filled(tokens[slice(*span)], sent, html))
    parts, at = list[str](), 0
    for (start, end), text in sorted(edits.items()):
        parts += [html[at:start], text]
        at = end
    return "".join([*parts, html[at:]])


def _forms(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    begun = None
    for place, token in enumerate(tokens):
        if token.tag == "form" and token.attributes is not None:
            begun = place
        elif token.tag == "form" and begun is not None:
            yield begun, place
            begun = None


def _targets(tokens: Sequence[_Token], span: tuple[int, int]) -> set[str]:
    """Return where a form can be sent: its own address, and those of its buttons."""
    names = [tokens[span[0]].get("action"), *(token.get("formaction") for token in tokens[slice(*span)])]
    return {urlsplit(name).path for name in names if name}


def _likeness(tokens: Iterable[_Token], sent: Sent) -> int:
    """Return how many hidden fields of a form have the value that was sent: a page may hold a form many times."""
    hidden = [token for token in tokens if token.is_field() and token.kind() == "hidden"]
    return sum(token.get("value") in sent.values.get(token.get("name"), ()) for token in hidden) - len(hidden)


def _unfolded(tokens: Sequence[_Token], span: tuple[int, int]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the edits that open every fold that the form lies in, or that lies in the form."""
    around = list[_Token]()
    for token in tokens[: span[0]]:
        if token.tag == "details" and token.attributes is not None:
            around.append(token)
        elif token.tag == "details" and around:
            around.pop()
    inside = [one for one in tokens[slice(*span)] if one.tag == "details" and one.attributes is not None]
    for token in (*around, *inside):
        yield (token.start, token.end), _tag(token, open=None)


def _filled(tokens: Sequence[_Token], sent: Sent, html: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the edits that fill a form in, and say what is wrong."""
    beside, whole = _placed(tokens, sent)
    if whole:
        form = tokens[0]
        yield (form.end, form.end), f'<p class="alert" role="alert">{escape(whole)}</p>'
    own = _own(tokens, sent)
    chosen: Sequence[str] | None = None
    told = set[str]()
    for place, token in enumerate(tokens):
        name = token.get("name")
        if token.tag == "select":
            chosen = own.get(place)
        if chosen is not None and token.tag == "option" and token.attributes is not None:
            yield (token.start, token.end), _tag(token, selected=_choice(token, _end_of(tokens, place), html) in chosen)
        if not token.is_field():
            continue
        first = name in beside and name not in told
        told.add(name)
        yield from _field(token, _end_of(tokens, place), own.get(place), (beside[name] if first else "", html))


def _own(tokens: Sequence[_Token], sent: Sent) -> dict[int, Sequence[str]]:
    """Return what was sent of each field, by its place; fields of which nothing is known are left out.

    Several of one name, as in the rows of a table, were sent in their order. If the page has more or
    fewer of them now, none is filled in: a row must not get the answer to another.
    """
    places = defaultdict[str, list[int]](list)
    for place, token in enumerate(tokens):
        if token.is_field() and token.kind() not in _NEVER:
            places[token.get("name")].append(place)
    found: dict[int, Sequence[str]] = {}
    for name, mine in places.items():
        values = sent.values.get(name, ())
        single = [place for place in mine if tokens[place].kind() not in _TICKS]
        if single and not values:
            continue
        if len(single) < 2:  # noqa: PLR2004
            found |= dict.fromkeys(mine, values)
        elif len(single) == len(values):
            found |= {place: (value,) for place, value in zip(single, values, strict=True)}
    return found


def _field(
    token: _Token, end: _Token, values: Sequence[str] | None, said: tuple[str, str]
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the edits of one field: its value, and the sentence beside it where there is one."""
    wrong, html = said
    name, kind = token.get("name"), token.kind()
    changes: dict[str, str | bool | None] = {}
    if kind in _TICKS and values is not None:
        changes["checked"] = (token.get("value") or "on") in values
    elif token.tag == "input" and kind not in _NEVER and values:
        changes["value"] = values[0]
    if wrong:
        described = " ".join(filter(None, (token.get("aria-describedby"), f"{name}-wrong")))
        changes |= {"aria-invalid": "true", "aria-describedby": described, "autofocus": True}
    sentence = f'<span class="wrong" id="{escape(name)}-wrong" role="alert">{escape(wrong)}</span>' if wrong else ""
    if token.tag == "input":
        yield (token.start, token.end), _tag(token, **changes) + sentence
        return
    yield (token.start, token.end), _tag(token, **changes)
    if token.tag == "textarea" and values:
        yield (token.end, end.start), f"\n{escape(values[0])}"
    yield (end.start, end.end), html[end.start : end.end] + sentence


def _placed(tokens: Sequence[_Token], sent: Sent) -> tuple[dict[str, str], str]:
    """Return the sentences that stand beside a field, and the one for the form as a whole.

    What is wrong with the whole of a form in which one thing is typed is wrong with that.
    """
    seen = [token for token in tokens if token.is_field() and token.kind() not in {"hidden", "submit", "button"}]
    names = {token.get("name") for token in seen}
    beside = {name: text for name, text in sent.errors.items() if name in names}
    rest = " ".join(dict.fromkeys(text for name, text in sent.errors.items() if name not in names))
    whole = " ".join(filter(None, (sent.whole, rest)))
    typed = {token.get("name") for token in seen if token.open_for_typing() or token.kind() in {"password", "file"}}
    if whole and not beside and len(typed) == 1:
        return {next(iter(typed)): whole}, ""
    return beside, whole


def _choice(token: _Token, end: _Token, html: str) -> str:
    """Return what an option sends: its value, or else its text."""
    if "value" in (token.attributes or {}):
        return token.get("value")
    return " ".join(unescape(html[token.end : end.start]).split())


def _end_of(tokens: Sequence[_Token], place: int) -> _Token:
    """Return the end tag of a field; of an input the input itself."""
    mine = tokens[place]
    if mine.tag == "input":
        return mine
    return next(one for one in tokens[place:] if one.tag == mine.tag and one.attributes is None)


def _tag(token: _Token, **changes: str | bool | None) -> str:
    """Return a start tag with other attributes: True or None stands without a value, False is left out."""
    parts: dict[str, str | bool | None] = {**(token.attributes or {}), **changes}
    written = (
        f" {name}" if value is None or value is True else f' {name}="{escape(str(value))}"'
        for name, value in parts.items()
        if value is not False
    )
    return f"<{token.tag}{''.join(written)}>"
