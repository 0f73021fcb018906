"""Keys, scripts, endings, mutations, and how lists are sorted and searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.naming import called_by, fold, is_found, name_parts, natural_key, search_key, spellings
from gatekeeper.naming.languages.consonants import consonants
from gatekeeper.naming.languages.inflection import possible_stems, stems
from gatekeeper.naming.languages.mutation import unmutated
from gatekeeper.naming.scripts import Script, script_of


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Müller", {"muller", "mueller"}),
        ("Mueller", {"mueller", "muller"}),
        ("Groß", {"gross"}),
        ("Østergård", {"ostergard", "oestergaard"}),
        ("Đurić", {"duric", "djuric"}),
        ("Łęcka", {"lecka"}),
        ("Muñoz", {"munoz"}),
        ("Işıl", {"isil", "ishil"}),
        ("MacDonald", {"macdonald", "mcdonald"}),
        ("St Clair", {"stclair", "saintclair"}),
        ("Юлия", {"yulia", "julia", "yuliya", "iuliia"}),
        ("Хрущёва", {"khrushcheva", "khruschova"}),
        ("Χαράλαμπος", {"charalampos", "haralambos"}),
        ("민준", {"minjun", "minjoon"}),
        ("이", {"lee", "yi"}),
        ("きょうこ", {"kyouko", "kyoko"}),
        ("ケンジ", {"kenji", "kenzi"}),
        ("王", {"wang", "wong"}),
    ],
)
def test_spellings(name: str, keys: set[str]) -> None:
    """Every usual spelling is among the keys of a name."""
    assert keys <= spellings(name)


def test_a_read_back_spelling_is_no_common_word() -> None:
    """`oo` may be a long o, but Moore is not more."""
    assert "more" not in spellings("Moore")


@given(st.text(max_size=40))
def test_any_text_has_keys(text: str) -> None:
    """Keys are never empty strings, and there are not too many of them."""
    found = spellings(text)
    assert "" not in found
    assert len(found) < 2_000


@pytest.mark.parametrize(
    ("native", "latin"),
    [("عمر", "Omar"), ("الحداد", "Haddad"), ("נועם", "Noam"), ("לוי", "Levy"), ("ਸਿੰਘ", "Singh"), ("शर्मा", "Sharma")],
)
def test_consonants(native: str, latin: str) -> None:
    """Arabic, Hebrew and Indic names have the consonants of their usual transliterations."""
    assert consonants(native) & consonants(latin)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("wisniewskiego", "wisniewski"),
        ("kowalskiej", "kowalska"),
        ("dvoraka", "dvorak"),
        ("nagynak", "nagy"),
        ("berzina", "berzins"),
        ("kazlausko", "kazlauskas"),
        ("jarvisen", "jarvinen"),
        ("tomka", "tomek"),
        ("kowalskis", "kowalska"),
        ("novakem", "novakova"),
        ("kovacseknal", "kovacs"),
        ("muellers", "mueller"),
    ],
)
def test_endings(form: str, name: str) -> None:
    """A declined name is a form of it."""
    assert possible_stems(form) & stems(name)


@pytest.mark.parametrize(
    ("form", "name"),
    [("thom", "tom"), ("ddafydd", "dafydd"), ("fair", "mair"), ("sheain", "sean"), ("haoife", "aoife")],
)
def test_mutations(form: str, name: str) -> None:
    """A mutated name may be the name without the mutation."""
    assert name in unmutated(form)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("van der Berg", ("Berg",)),
        ("d'Aubigné", ("Aubigné",)),
        ("al-Zahra", ("Zahra",)),
        ("García López", ("García", "López")),
        ("Fox-Davies", ("Fox", "Davies")),
        ("Ó Súilleabháin", ("Súilleabháin",)),
        ("St Clair", ("Clair",)),
        ("Ng'ang'a", ("Ng'ang'a",)),
        ("Le", ()),
    ],
)
def test_parts(name: str, parts: tuple[str, ...]) -> None:
    """Particles are no parts of a name by themselves."""
    assert name_parts(name) == parts


def test_what_a_person_is_called() -> None:
    """Vietnamese middle words are not what a child is called."""
    assert [called_by(name) for name in ("Thị Hoa", "Rose May", "Thị", "Kai")] == ["Hoa", "Rose", "Thị", "Kai"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ꜱᴀᴍ", "sam"), ("Ｋｈａｎ", "khan"), ("O\u02bbBrien", "obrien"), ("ƁALA", "bala"), ("Кhаn", "khan")],  # noqa: RUF001
)
def test_folding(text: str, folded: str) -> None:
    """Small capitals, wide letters, every apostrophe and look-alikes fold to plain letters."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("word", "script"),
    [("Łukasz", Script.LATIN), ("ẞ", Script.LATIN), ("Юлия", Script.CYRILLIC), ("王", Script.HAN), ("さ", Script.KANA)],
)
def test_scripts(word: str, script: Script) -> None:
    """A word's script is that of its letters."""
    assert script_of(word) is script


def test_natural_order() -> None:
    """Numbers in names of classes sort by value, letters without their accents."""
    assert sorted(["10A", "Oak", "7B", "7A", "Élan", "1C"], key=natural_key) == ["1C", "7A", "7B", "10A", "Élan", "Oak"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("oesterg", True),
        ("soren", True),
        ("ØSTERGÅRD Søren", True),
        ("P-77", True),
        ("p77", True),
        ("sorensen", False),
        ("soren khan", False),
    ],
)
def test_search(typed: str, found: bool) -> None:  # noqa: FBT001
    """Every word that is typed has to be in a name or number, however it is spelt."""
    assert is_found(typed, ("Søren", "Østergård", None, "P-77")) is found


def test_search_across_scripts() -> None:
    """What is typed in one script finds a name in another."""
    assert is_found("volkov", ("Дмитрий", "Волков"))
    assert is_found("Волков", ("Dmitri", "Volkov"))
    assert is_found("karimi", ("فرهاد", "کریمی"))
    assert search_key("O\u2019Brien, Zoë") == ("obrien", "zoe")
