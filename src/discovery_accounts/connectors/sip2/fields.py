"""The two letters in front of each value, by what they mean (SIP2 2.00), and the flags of a message."""

PATRON = "AA"
ITEM = "AB"
TERMINAL_PASSWORD = "AC"  # noqa: S105 - the name of a field
PIN = "AD"
NAME = "AE"
MESSAGE = "AF"
DUE = "AH"
TITLE = "AJ"
INSTITUTION = "AO"
READY_HOLDS = "AS"
CHARGED = "AU"
FINES = "AV"
SEQUENCE = "AY"
CHECKSUM = "AZ"
EMAIL = "BE"
PHONE = "BF"
CURRENCY = "BH"
VALID_PATRON = "BL"
FIRST = "BP"
LAST = "BQ"
PICKUP = "BS"
AMOUNT = "BV"
WANTED_UNTIL = "BW"
SUPPORTED = "BX"
HOLD_TYPE = "BY"
WAITING_HOLDS = "CD"
USER = "CN"
PASSWORD = "CO"  # noqa: S105 - the name of a field
LOCATION = "CP"
VALID_PIN = "CQ"

# Positions in the ten signs of a question about a patron. One list at a time: servers look at the first Y only.
SUMMARY = {READY_HOLDS: 0, CHARGED: 2, FINES: 3, WAITING_HOLDS: 5}

# Which count of the answer belongs to which list.
COUNTS = {
    READY_HOLDS: "hold_items",
    CHARGED: "charged_items",
    FINES: "fine_items",
    WAITING_HOLDS: "unavailable_holds",
}

# What a server says it understands (BX), in its order; only those that we send.
MESSAGES = {
    "23": (0, "Patron Status"),
    "93": (6, "Login"),
    "63": (7, "Patron Information"),
    "17": (10, "Item Information"),
    "15": (13, "Hold"),
    "29": (14, "Renew"),
}
