"""Bringing files and tables together: create what is missing, compare the rest, never delete."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from directory.reference.files import Row

Key = tuple[Any, ...]


@dataclass(slots=True)
class Report:
    """What happened to one kind of row."""

    name: str
    created: int = 0
    changed: int = 0
    differing: int = 0
    unchanged: int = 0
    differences: list[str] = field(default_factory=list)


class Table:
    """All rows of one model by natural key; reads them once and writes them once."""

    def __init__(self, model: type[models.Model], key: Callable[[Any], Key], *, update: bool):
        self.model, self.key, self.update = model, key, update
        self.frozen: Callable[[Any], Iterable[str]] = lambda row: ()
        self.rows: dict[Key, Any] = {key(row): row for row in model._default_manager.all()}
        self.seen: set[Key] = set()
        self.new: list[Any] = []
        self.edited: dict[UUID, Any] = {}
        self.edited_fields: set[str] = set()
        self.links: dict[str, dict[UUID, tuple[Row, set[UUID]]]] = {}
        self.report = Report(str(model._meta.verbose_name_plural))

    def put(self, row: Row, **values: Any) -> Any:
        """Take one row of a file; returns the database row, or the new one that will be."""
        wanted = self.model(**values)
        key = self.key(wanted)
        if key in self.seen:
            raise row.error(f"{self._name(key)} is here twice")
        self.seen.add(key)
        self._check(row, wanted)
        found = self.rows.get(key)
        if found is None:
            self.rows[key] = wanted
            self.new.append(wanted)
            self.report.created += 1
            return wanted
        self._compare(row, key, found, values)
        return found

    def link(self, row: Row, owner: Any, name: str, targets: Iterable[Any]) -> None:
        """Take the many-to-many links of a row; written by save()."""
        self.links.setdefault(name, {})[owner.pk] = (row, {target.pk for target in targets})

    def save(self) -> Report:
        """Write what differs (with `update`), then what is new, which may start where the other ended."""
        if self.edited:
            self.model._default_manager.bulk_update(self.edited.values(), sorted(self.edited_fields))
        self.model._default_manager.bulk_create(self.new)
        for name, wanted in self.links.items():
            self._save_links(name, wanted)
        return self.report

    def _check(self, row: Row, wanted: Any) -> None:
        relations = [f.name for f in self.model._meta.fields if f.is_relation]
        try:
            wanted.clean_fields(exclude=relations)
        except ValidationError as error:
            problems = "; ".join(f"{name}: {' '.join(found)}" for name, found in error.message_dict.items())
            raise row.error(problems) from None

    def _compare(self, row: Row, key: Key, found: Any, values: dict[str, Any]) -> None:
        wanted = {name: value.pk if isinstance(value, models.Model) else value for name, value in values.items()}
        names = {name: self.model._meta.get_field(name).attname for name in values}
        differing = [name for name in values if getattr(found, names[name]) != wanted[name]]
        if not differing:
            self.report.unchanged += 1
            return
        frozen = set(self.frozen(found)).intersection(differing)
        if frozen and self.update:
            raise row.error(f"{self._name(key)} has started, so {', '.join(sorted(frozen))} cannot change")
        for name in differing:
            database = getattr(found, names[name])
            self.difference(row, f"{self._name(key)}: {name} is {database!r}, the file says {wanted[name]!r}")
            if self.update:
                setattr(found, names[name], wanted[name])
        if self.update:
            self.edited[found.pk] = found
            self.edited_fields.update(differing)
            self.report.changed += 1
        else:
            self.report.differing += 1

    def difference(self, row: Row, message: str) -> None:
        """Note that file and database do not agree."""
        self.report.differences.append(f"{row.file}:{row.line}: {message}")

    def _save_links(self, name: str, wanted: dict[UUID, tuple[Row, set[UUID]]]) -> None:
        relation = self.model._meta.get_field(name)
        through = relation.remote_field.through._default_manager
        owner, target = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
        held: dict[UUID, set[UUID]] = {}
        for owner_id, target_id in through.values_list(owner, target):
            held.setdefault(owner_id, set()).add(target_id)
        new_ids = {row.pk for row in self.new}
        fresh = []
        for owner_id, (row, ids) in wanted.items():
            have = held.get(owner_id, set())
            if have == ids:
                continue
            if owner_id not in new_ids:
                self.difference(row, f"{name} differ from the database")
                if not self.update:
                    continue
                through.filter(**{owner: owner_id}).exclude(**{f"{target}__in": ids}).delete()
            fresh += [through.model(**{owner: owner_id, target: target_id}) for target_id in ids - have]
        through.bulk_create(fresh)

    def _name(self, key: Key) -> str:
        return f"{self.model._meta.verbose_name} {' '.join(str(part) for part in key if part is not None)}"
