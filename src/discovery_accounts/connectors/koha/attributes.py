"""Patron attributes, which Koha changes at an address of their own, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields

NAME = "extended_attributes"


@dataclass(frozen=True, slots=True)
class Step:
    """One call that writes an attribute, or puts back what was there."""

    method: str
    path: str
    body: Mapping[str, str] | None = field(default=None, repr=False)


class AttributeRefusedError(Exception):
    """Koha will not have that value: it is another patron's, or of a type that is not there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def write_attributes(
    client: KohaClient, patron_id: str, patron: KohaFields, wanted: Mapping[str, str]
) -> list[Step]:
    """Writes what is different, replacing the first of a type; gives the steps that would undo it.

    Raises ``AttributeRefusedError`` with everything as it was.
    """
    undo: list[Step] = []
    for code, value in wanted.items():
        there = next((one for one in patron.rows(NAME) if one.text("type") == code), None)
        if there is not None and there.text("value") == value:
            continue
        step = await _write(client, f"/v1/patrons/{patron_id}/{NAME}", code, value, there)
        if step is None:
            await put_back(client, undo)
            raise AttributeRefusedError(code)
        undo.append(step)
    return undo


async def put_back(client: KohaClient, undo: list[Step]) -> None:
    """Undoes what was written."""
    for step in undo:
        answer = await client.act(step.method, step.path, step.body)
        if answer.status not in (200, 204):
            raise read_fault(answer).as_error("putting an attribute back")


async def _write(
    client: KohaClient, path: str, code: str, value: str, there: KohaFields | None
) -> Step | None:
    """What undoes it, or ``None`` when it was refused."""
    if there is None:
        answer = await client.post(path, {"type": code, "value": value})
    else:
        path = f"{path}/{there.identifier('extended_attribute_id')}"
        answer = await client.act("PATCH", path, {"value": value})
    if answer.status in (200, 201):
        if there is not None:
            return Step("PATCH", path, {"value": there.text("value") or ""})
        number = KohaFields(answer.json(), "attribute").identifier("extended_attribute_id")
        return Step("DELETE", f"{path}/{number}")
    fault = read_fault(answer)
    if fault.status in (400, 409) and fault.text:
        return None
    raise fault.as_error("changing an attribute")
