"""Ways of signing in, where one is signed in, and what an organisation tells of somebody."""

from discovery_accounts.locale.marking import marked as _

SESSION_KINDS: dict[str, str] = {"browser": _("Browser"), "api": _("App or program")}

LOGIN_KINDS: dict[str, str] = {
    "card": _("With your card number and PIN"),
    "oidc": _("You sign in with your organisation"),
    "saml": _("You sign in with your organisation"),
    "ldap": _("With your organisation’s user name and password"),
    "email": _("With a code that is sent to your e-mail"),
    "password": _("With a user name and password"),
}

LOGIN_TITLES: dict[str, str] = {
    "card": _("Library card"),
    "email": _("E-mail"),
    "password": _("Library staff"),
}

PERSON_FIELDS: dict[str, str] = {
    "user_name": _("User name"),
    "given_names": _("Given names"),
    "family_name": _("Family name"),
    "identity_code": _("Personal identity code"),
    "phone": _("Phone number"),
    "email": _("E-mail"),
    "language": _("Language of the library’s messages"),
    "street": _("Street address"),
    "postal_code": _("Postal code"),
    "city": _("Town"),
    "country": _("Country"),
    "valid_until": _("Last valid day of your account there"),
}
