"""Words folded alike wherever they come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.folding import fold, plain_words, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Åbo Ärlig Öar", "abo arlig oar"),
        ("Øyvind Ærlig Ðóra Þór Łódź Đuro", "oyvind aerlig dora thor lodz duro"),
        ("STRASSE Straße İstanbul ısı ﬁlm Ⅻ", "strasse strasse istanbul isi film xii"),
        ("A\u030abo", "abo"),
        ("Gogolʹ Qurʼān", "gogol quran"),
        ("Τρόπος Ёлка", "τροποσ елка"),
    ],
)
def test_letters_lose_case_and_marks(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("e-kirja l'été don’t", ("e", "kirja", "l", "ete", "don", "t")),
        ("N.Y.C., 1984/2: C++!", ("n", "y", "c", "1984", "2", "c")),
        ("snake_case\u00a0here\ttoo", ("snake", "case", "here", "too")),
        ("½ — …", ("1", "2")),
        ("", ()),
    ],
)
def test_all_but_letters_and_digits_parts_words(written: str, parted: tuple[str, ...]) -> None:
    assert words(written) == parted


@given(st.text(max_size=40))
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    once = " ".join(words(text))
    assert " ".join(words(once)) == once


def test_plain_words_keep_their_marks() -> None:
    assert plain_words("BLÅBÄR-paj, O\u0308ar") == ("blåbär", "paj", "öar")
