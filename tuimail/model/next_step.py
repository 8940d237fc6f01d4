"""What can be done about a mail that failed, or may have."""

from enum import StrEnum


class NextStep(StrEnum):
    """What can be done about a mail; the service of each is named beside it."""

    CORRECT = "correct"
    """`next_steps.correct`: send it to another address in place of one."""
    SMALLER = "smaller"
    """`next_steps.smaller`: write it anew, told what is large."""
    RETRY = "retry"
    """`delivery.retry`: the same mail again; needs a yes where it may have arrived."""
    EDIT = "edit"
    """`next_steps.edit`: write it anew, for those who have not got it."""
    ARRIVED = "arrived"
    """`next_steps.arrived`: the person knows that it did."""
    KNOWN = "known"
    """`next_steps.known`: nothing more is to be done."""
    CANCEL = "cancel"
    """`delivery.cancel`: do not send it."""
