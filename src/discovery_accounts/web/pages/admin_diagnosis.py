"""“Why can this patron not sign in?”, for help desk and IT: a form, and what was found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from pyramid.response import Response

from discovery_accounts.connectors.api import CheckState
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.standing import Block, BlockCode
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.security.permissions import Access, Permission, staff_access
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sign_in_diagnosis import Diagnosis, Question, SignInDiagnosis
from discovery_accounts.services.sign_in_diagnosis_findings import Finding
from discovery_accounts.services.staff_entry import came_as_staff
from discovery_accounts.web.diagnosis_words import FINDINGS, LOOKS, NOT_LOOKED, REASONS
from discovery_accounts.web.pages.admin_library_shapes import DiagnosisView, FindingView, StateView
from discovery_accounts.web.pages.admin_nav import admin_nav
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field, LibraryChoice
from discovery_accounts.web.pages.views import chosen_library, library_title, needed_field, pin_field
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words

_SIGNS = {
    CheckState.PASSED: _("In order"),
    CheckState.WARNED: _("Worth knowing"),
    CheckState.FAILED: _("This is why"),
    CheckState.SKIPPED: _("Nothing to tell"),
}
_EXPIRES = _("Valid until %(day)s")


def show(visit: Visit) -> Response:
    return _page(visit, _libraries(visit, _access(visit)))


def look(visit: Visit) -> Response:
    """Look, once, and show what was found. Neither number nor PIN is shown again."""
    access = _access(visit)
    libraries = _libraries(visit, access)
    try:
        found = _looked(visit, libraries)
    except (BadShape, Problem) as problem:
        return _page(visit, libraries, problem)
    return _page(visit, libraries, None, _diagnosis(visit, access, found))


def _looked(visit: Visit, libraries: tuple[LibraryChoice, ...]) -> Diagnosis:
    pin = visit.form("pin") or None
    question = Question(chosen_library(visit), visit.form("card_number"), visit.form("reason"), pin)
    if question.library not in {library.name for library in libraries}:
        raise Problem(Code.UNKNOWN_LIBRARY, field="library")
    member = came_as_staff(visit.house, visit.signed_in)
    if member is None:
        raise Problem(Code.SIGN_IN_NOT_STRONG_ENOUGH)
    return SignInDiagnosis(visit.house).look(member, question)


def _access(visit: Visit) -> Access:
    access = staff_access(visit.house, visit.signed_in)
    if not access.libraries(Permission.DIAGNOSE, visit.house.gateway.states()):
        raise Problem(Code.NOT_FOUND)
    return access


def _libraries(visit: Visit, access: Access) -> tuple[LibraryChoice, ...]:
    names = access.libraries(Permission.DIAGNOSE, visit.house.gateway.states())
    return tuple(LibraryChoice(name, library_title(visit, name)) for name in names)


def _page(
    visit: Visit,
    libraries: tuple[LibraryChoice, ...],
    problem: Problem | BadShape | None = None,
    diagnosis: DiagnosisView | None = None,
) -> Response:
    say = translations(visit.language).gettext
    access = staff_access(visit.house, visit.signed_in)
    return form_page(
        visit,
        "admin_diagnosis.html",
        problem,
        section="admin",
        nav=admin_nav(visit, access, "admin_diagnosis"),
        libraries=libraries,
        library=needed_field(visit, "library", problem) if problem else Field(visit.form("library")),
        card_number=needed_field(visit, "card_number", problem) if problem else Field(),
        pin=pin_field(problem),
        reason=needed_field(visit, "reason", problem) if problem else Field(visit.form("reason")),
        reasons=tuple((code, say(words)) for code, words in REASONS.items()),
        diagnosis=diagnosis,
        at_field=isinstance(problem, Problem) and problem.code is Code.UNKNOWN_LIBRARY,
    )


def _diagnosis(visit: Visit, access: Access, found: Diagnosis) -> DiagnosisView:
    ids: tuple[tuple[str, str], ...] = ()
    if access.may(Permission.SEE_TECHNICAL_IDS, found.library):
        told = (
            ("account", found.ids.account_id),
            ("card", found.ids.card_id),
            ("patron", found.ids.patron_id),
        )
        ids = tuple((name, str(value)) for name, value in told if value is not None)
    settings = visit.settings.library(found.library)
    formats = Formats(visit.language, settings.timezone if settings else UTC, visit.now)
    findings = tuple(_finding(visit, formats, finding) for finding in found.findings)
    return DiagnosisView(library_title(visit, found.library), found.last4, findings, ids)


def _finding(visit: Visit, formats: Formats, finding: Finding) -> FindingView:
    say = translations(visit.language).gettext
    shown = StateView(finding.state, say(_SIGNS[finding.state]))
    words = say(FINDINGS.get(finding.code, NOT_LOOKED))
    values = {name: _value(formats, value) for name, value in finding.values.items()}
    more = tuple(_more(visit, formats, finding))
    return FindingView(say(LOOKS[finding.look]), shown, words % values, more)


def _value(formats: Formats, value: object) -> str:
    match value:
        case datetime():
            return formats.moment(value)
        case date():
            return formats.date(value)
        case None:
            return "–"
        case _:
            return str(value)


def _more(visit: Visit, formats: Formats, finding: Finding) -> Iterator[str]:
    """Why a patron is blocked, in our words only: the library's own may tell more than is needed."""
    words = Words(visit.language)
    blocks = finding.values.get("blocks")
    for code in blocks if isinstance(blocks, tuple) else ():
        yield words.block(Block(BlockCode(code)))
    expires_on = finding.values.get("expires_on")
    if isinstance(expires_on, date):
        yield translations(visit.language).gettext(_EXPIRES) % {"day": formats.date(expires_on)}
    problem = finding.values.get("problem")
    if isinstance(problem, str):
        yield words.field_error(problem)
