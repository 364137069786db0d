"""The works that simulated libraries lend: classics that are in the public domain."""

from discovery_accounts.simulator.records import Biblio

_WORKS: tuple[tuple[str, str | None, str, int, str], ...] = (
    ("Seitsemän veljestä", None, "Kivi, Aleksis", 1984, "fin"),
    ("Kalevala", "vanhat runot", "Lönnrot, Elias", 1999, "fin"),
    ("Kanteletar", None, "Lönnrot, Elias", 2005, "fin"),
    ("Nummisuutarit", "komedia viidessä näytöksessä", "Kivi, Aleksis", 2001, "fin"),
    ("Rautatie", None, "Aho, Juhani", 1992, "fin"),
    ("Papin tytär", None, "Aho, Juhani", 2006, "fin"),
    ("Työmiehen vaimo", None, "Canth, Minna", 2014, "fin"),
    ("Anna Liisa", "näytelmä", "Canth, Minna", 1998, "fin"),
    ("Punainen viiva", None, "Kianto, Ilmari", 2003, "fin"),
    ("Helkavirsiä", None, "Leino, Eino", 2011, "fin"),
    ("Putkinotko", None, "Lehtonen, Joel", 1995, "fin"),
    ("Fänrik Ståls sägner", None, "Runeberg, Johan Ludvig", 1987, "swe"),
    ("Fältskärns berättelser", None, "Topelius, Zacharias", 1990, "swe"),
    ("Läsning för barn", None, "Topelius, Zacharias", 2009, "swe"),
    ("Gösta Berlings saga", None, "Lagerlöf, Selma", 2010, "swe"),
    ("Nils Holgerssons underbara resa genom Sverige", None, "Lagerlöf, Selma", 2016, "swe"),
    ("Röda rummet", "skildringar ur artist- och författarlivet", "Strindberg, August", 2002, "swe"),
    ("Fröken Julie", "ett naturalistiskt sorgespel", "Strindberg, August", 2012, "swe"),
    ("Det går an", None, "Almqvist, Carl Jonas Love", 1996, "swe"),
    ("Doktor Glas", None, "Söderberg, Hjalmar", 2008, "swe"),
    ("Peer Gynt", "et dramatisk dikt", "Ibsen, Henrik", 2006, "nor"),
    ("Et dukkehjem", "skuespill i tre akter", "Ibsen, Henrik", 1994, "nor"),
    ("Synnøve Solbakken", None, "Bjørnson, Bjørnstjerne", 1989, "nor"),
    ("Sult", None, "Hamsun, Knut", 2009, "nor"),
    ("Familien paa Gilje", None, "Lie, Jonas", 1991, "nor"),
    ("Garman & Worse", None, "Kielland, Alexander L.", 2000, "nor"),
    ("Amtmandens Døtre", None, "Collett, Camilla", 2013, "nor"),
    ("Norske folkeeventyr", None, "Asbjørnsen, Peter Christen", 2015, "nor"),
    ("Haugtussa", None, "Garborg, Arne", 1997, "nor"),
    ("Pride and prejudice", None, "Austen, Jane", 2003, "eng"),
    ("Wuthering Heights", None, "Brontë, Emily", 2008, "eng"),
    ("Jane Eyre", "an autobiography", "Brontë, Charlotte", 2006, "eng"),
    ("Frankenstein", "or, the modern Prometheus", "Shelley, Mary", 2018, "eng"),
    ("Great expectations", None, "Dickens, Charles", 1996, "eng"),
    ("Middlemarch", "a study of provincial life", "Eliot, George", 1994, "eng"),
    ("Moby-Dick", "or, the whale", "Melville, Herman", 2009, "eng"),
    ("Alice's adventures in Wonderland", None, "Carroll, Lewis", 2015, "eng"),
    ("Treasure Island", None, "Stevenson, Robert Louis", 2011, "eng"),
    ("The time machine", "an invention", "Wells, H. G.", 2005, "eng"),
    ("A Christmas carol", "<a ghost story> & other tales", "Dickens, Charles", 2017, "eng"),
)


def works() -> tuple[Biblio, ...]:
    """Every work, numbered from 301; the last has `<`, `>` and `&` in its subtitle on purpose."""
    return tuple(Biblio(301 + n, *work) for n, work in enumerate(_WORKS))
