"""A page with its form filled in as it was sent."""

from __future__ import annotations

from api.web.form_again import Sent, again

PAGE = (
    '<details><summary>More</summary><form method="post" action="/a"><input type="hidden" name="of" value="1">'
    '<input name="x" value="old"></form></details>'
    '<form method="post" action="/a"><input type="hidden" name="of" value="2"><input name="x" value="old">'
    '<input type="password" name="p"><textarea name="t">was</textarea>'
    '<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2">'
    '<select name="s"><option value="">-</option><option value="b" selected>B</option></select></form>'
)


def test_a_form_is_told_from_others_of_its_address_and_filled_in_escaped() -> None:
    """By its hidden fields; passwords stay empty, ticks and choices are as sent, and markup stays text."""
    values = {"of": ["2"], "x": ['"><script>'], "p": ["secret"], "t": ["</textarea>"], "c": ["2"], "s": [""]}
    shown = again(PAGE, Sent("/a", values, {"t": "Too <long>."}))
    assert shown is not None
    first, second = shown.split("</details>")
    assert first == PAGE.split("</details>", maxsplit=1)[0]
    assert 'value="&quot;&gt;&lt;script&gt;"' in second
    assert "secret" not in second
    assert '<textarea name="t" aria-invalid="true" aria-describedby="t-wrong" autofocus>\n&lt;/textarea&gt;<' in second
    assert '</textarea><span class="wrong" id="t-wrong" role="alert">Too &lt;long&gt;.</span>' in second
    assert 'value="1">' in second
    assert 'value="2" checked>' in second
    assert '<option value="" selected>' in second
    assert '<option value="b">' in second
    assert again(PAGE, Sent("/other", {}, {})) is None


def test_a_fold_is_opened_and_what_is_wrong_with_the_whole_stands_on_top() -> None:
    """Where one thing is typed, the sentence stands beside that."""
    shown = again(PAGE, Sent("/a", {"of": ["1"], "x": ["new"]}, {}, "It is gone."))
    assert shown is not None
    assert shown.startswith("<details open>")
    assert 'id="x-wrong"' in shown
    shown = again(PAGE, Sent("/a", {"of": ["2"]}, {}, "It is gone."))
    assert shown is not None
    assert '<p class="alert" role="alert">It is gone.</p><input type="hidden" name="of" value="2">' in shown


def test_a_page_is_filled_in_at_the_right_place_whatever_ends_a_line_in_its_text() -> None:
    """A caption pasted from a layout program has line separators of Unicode, which are no new lines of markup."""
    form = '<form action="/a"><input name="x" value="old"></form>'
    for separator in ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\r\n", "\n"):
        before = f"<p>Sports day{separator}in May</p>\n<p>"
        shown = again(f"{before}{form}", Sent("/a", {"x": ["new"]}, {}))
        assert shown == f"{before}{form}".replace("old", "new"), ascii(separator)


def test_a_choice_without_a_value_is_known_by_its_text() -> None:
    """As browsers send it: the options of sheets and classes have no value of their own."""
    options = "<option selected>Year 1</option><option>\n A &amp; B </option>"
    page = f'<form action="/a"><select name="s">{options}</select></form>'
    shown = again(page, Sent("/a", {"s": ["A & B"]}, {}))
    assert shown is not None
    assert "<option>Year 1</option><option selected>" in shown


def test_each_row_of_a_table_gets_its_own_answer_or_none() -> None:
    """Fields of one name are filled in by their order; if there are more now, they stay as the page has them."""
    row = (
        '<input name="x" value=""><select name="s"><option value="yes">Y</option><option value="no">N</option></select>'
    )
    sent = Sent("/a", {"x": ["one", "two"], "s": ["yes", "no"]}, {})
    shown = again(f'<form action="/a">{row * 2}</form>', sent)
    assert shown is not None
    first, second = shown.split("</select>")[:2]
    assert 'value="one"' in first
    assert 'value="yes" selected' in first
    assert 'value="two"' in second
    assert 'value="no" selected' in second
    assert shown.count("selected") == 2
    longer = f'<form action="/a">{row * 3}</form>'
    assert again(longer, sent) == longer
