"""Who has not got a mail, and a draft of it to them alone."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from tuimail.mime.addresses import envelope_address, format_address_list, parse_address_list
from tuimail.model.draft import Draft
from tuimail.model.outgoing import OutgoingRow, OutgoingState, RecipientRow

_S = OutgoingState
_WITHOUT: Final = (_S.REFUSED, _S.EXPIRED, _S.BOUNCED, _S.CANCELLED)


def without_it(row: OutgoingRow, *, is_sure: bool) -> list[RecipientRow]:
    """Return the recipients of a mail on its way no more who have not got it, nor a corrected one.

    `is_sure` is the person's yes to those who may have got it. Pure.
    """
    states = (*_WITHOUT, _S.UNCERTAIN) if is_sure else _WITHOUT
    return [one for one in row.recipients if one.state in states and one.replaced_by is None]


def only_to(draft: Draft, row: OutgoingRow, left: Collection[RecipientRow]) -> Draft:
    """Return a draft to some of a mail's recipients alone, each in the field where it stands.

    It is left as it is where they are all of them. Pure.
    """
    if len(left) == len(row.recipients):
        return draft
    wanted = {one.address for one in left}

    def kept(text: str) -> str:
        found = parse_address_list(text)
        return format_address_list(
            one for one in found if envelope_address(one.addr_spec) in wanted
        )

    return replace(draft, to=kept(draft.to), cc=kept(draft.cc), bcc=kept(draft.bcc))
