"""The keys of the register description, of the portal and of each library."""

from discovery_accounts.config import addresses, parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.config.register import PREFIX
from discovery_accounts.config.settings import LANGUAGES


def _texts(name: str, example: str, meaning: str) -> tuple[Key, ...]:
    return (
        Key(f"{PREFIX}{name}", parsers.text, example=example, help=meaning),
        *(
            Key(
                f"{PREFIX}{name}.{language}",
                parsers.text,
                example=example,
                help=f"The same in the language `{language}`.",
            )
            for language in LANGUAGES
        ),
    )


REGISTER_KEYS = (
    *_texts("controller", "City of Example, Library Services", "The controller, as `/privacy` names it."),
    Key(
        f"{PREFIX}contact",
        parsers.text,
        example="Library Street 1, 00100 Example; privacy@library.example",
        help="Where people ask about their data: address, e-mail, telephone, in one line.",
    ),
    Key(
        f"{PREFIX}officer",
        parsers.text,
        example="dpo@library.example",
        help="How the data protection officer is reached.",
    ),
    Key(
        f"{PREFIX}authority",
        parsers.text,
        example="tietosuoja.fi",
        help="The authority that people may complain to.",
    ),
    Key(
        f"{PREFIX}legal_basis",
        parsers.choice("public_task", "consent", "contract"),
        example="consent",
        help="The legal ground of keeping accounts: `public_task`, `consent` or `contract`. Left out: of a library the "
        "portal's, of the portal `public_task`.",
    ),
    *_texts(
        "disclosure",
        "To the company that runs our servers.",
        "To whom data is given beside what the page says by itself, as whole sentences.",
    ),
    *_texts(
        "transfers",
        "None.",
        "Transfers to countries outside the EU and the EEA, as whole sentences. Left out: there are none.",
    ),
    Key(
        f"{PREFIX}url",
        addresses.url("https"),
        example="https://library.example/privacy",
        help="The library's own register description, which the page leads to.",
    ),
)
