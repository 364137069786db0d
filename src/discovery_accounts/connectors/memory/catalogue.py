"""What the pretend library lends, and where."""

from dataclasses import dataclass

from discovery_accounts.connectors.api import PickupLocation


@dataclass(frozen=True, slots=True)
class Work:
    """One work. ``reference`` is never lent, ``adults`` not to children."""

    record_id: str
    title: str
    author: str
    reference: bool = False
    adults: bool = False


_WORKS = (
    ("Seitsemän veljestä", "Kivi, Aleksis"),
    ("Kalevala", "Lönnrot, Elias"),
    ("Rautatie", "Aho, Juhani"),
    ("Anna Liisa", "Canth, Minna"),
    ("Putkinotko", "Lehtonen, Joel"),
    ("Fänrik Ståls sägner", "Runeberg, Johan Ludvig"),
    ("Läsning för barn", "Topelius, Zacharias"),
    ("Gösta Berlings saga", "Lagerlöf, Selma"),
    ("Fröken Julie", "Strindberg, August"),
    ("Peer Gynt", "Ibsen, Henrik"),
    ("Et dukkehjem", "Ibsen, Henrik"),
    ("Sult", "Hamsun, Knut"),
    ("Haugtussa", "Garborg, Arne"),
    ("Jane Eyre", "Brontë, Charlotte"),
    ("Middlemarch", "Eliot, George"),
    ("A Christmas carol", "Dickens, Charles"),
)
_REFERENCE, _ADULTS = "Kalevala", "Fröken Julie"

WORKS = {
    f"w{number}": Work(f"w{number}", title, author, title == _REFERENCE, title == _ADULTS)
    for number, (title, author) in enumerate(_WORKS, 1)
}
"""By the id of the record."""

CHILDREN = "KIDS"
"""Where only children fetch their holds."""

PICKUPS = (
    PickupLocation("MAIN", "Main Library"),
    PickupLocation("EAST", "Eastern Library"),
    PickupLocation(CHILDREN, "Children’s Library"),
)
