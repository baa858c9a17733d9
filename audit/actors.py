"""The shape of whoever acts: audit records actors without knowing how they signed in."""

from typing import Protocol
from uuid import UUID


class Acting(Protocol):
    """A person, a partner client or a named system actor."""

    @property
    def kind(self) -> str: ...

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def role_name(self) -> str: ...

    @property
    def organisation_id(self) -> UUID | None: ...

    @property
    def organisation_name(self) -> str: ...
