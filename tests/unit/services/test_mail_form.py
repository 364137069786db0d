"""A mail in both its forms: the same words, every text escaped."""

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.services.mail_form import Entry, Form, Said, Section, as_html, as_text, one_line

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).map(
    one_line
)


def form(text: str) -> Form:
    section = Section(
        text, (Entry(text, (text,), "https://a.example/1"),), (Said(text, "https://a.example/2"),)
    )
    parts = [section, Said(text), Said("Look here:", "https://a.example/3")]
    return Form("fi", text, "Hei,", parts, [Said(text, "https://a.example/4")], "Program.")


@settings(max_examples=50, deadline=None)
@given(TEXT)
def test_any_text_stands_in_both_and_is_never_markup(text: str) -> None:
    page = BeautifulSoup(as_html(form(text)), "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == text
    assert {tag.name for tag in page.find_all()} <= {
        "html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "ul", "li", "a", "strong", "br"
    }  # fmt: skip
    assert text in as_text(form(text))
    assert [link["href"][-1] for link in page.find_all("a")] == ["1", "2", "3", "4"]


def test_the_last_sentence_is_the_link() -> None:
    said = Said("And 3 more. See them all:", "https://a.example")
    assert (said.before, said.label) == ("And 3 more.", "See them all")
    assert Said("Look here:", "https://a.example").label == "Look here"
