"""A kind of fact and the SQL that works it out: for everything there is, or for a few."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection, models

LONDON = "({} AT TIME ZONE 'Europe/London')::date"


@dataclass(frozen=True, slots=True)
class Source:
    """`owner` is the column of whatever events name when its facts may have changed: a referral, a case, a ward.

    `sql` may ask for the parameters `today` (London's), and for `ids`, the owners, when it is worked out for some.
    `words` fills its braces.
    """

    model: type[models.Model]
    owner: str
    sql: str
    words: Callable[[bool], Mapping[str, str]]

    @property
    def table(self) -> str:
        return name_of(self.model)

    @property
    def columns(self) -> list[str]:
        """Every column, the key first."""
        key = self.model._meta.pk.attname
        return [key, *(field.attname for field in self.model._meta.concrete_fields if field.attname != key)]

    def select(self, *, some: bool) -> str:
        """The SQL for all owners, or (`some`) for those in the parameter `ids`."""
        return self.sql.format(**self.words(some))


def name_of(model: type[models.Model]) -> str:
    """A table's name, fit for SQL."""
    return connection.ops.quote_name(model._meta.db_table)
