"""What can go wrong in a way that the person or partner can act on: a sentence and a stable code."""


class DomainError(Exception):
    """A refusal with a sentence fit for the user and a code fit for a program."""

    code = "REFUSED"
    status = 409
    page = ""
    """A template that says more than the page of its status; it is given the detail."""

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None, **detail: object):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.detail = detail


class NotPermitted(DomainError):
    """The actor's role, team or relationship does not allow this."""

    code = "NOT_PERMITTED"
    status = 403


class IllegalTransition(DomainError):
    """The thing is not in a state that allows this."""

    code = "INVALID_STATE"


class NotFound(DomainError):
    """There is none such, or this actor may not know of it."""

    code = "NOT_FOUND"
    status = 404


class StaleVersion(DomainError):
    """Somebody changed it since this actor read it."""

    code = "STALE_VERSION"


class Invalid(DomainError):
    """The request itself does not make sense."""

    code = "INVALID_VALUE"
    status = 422
