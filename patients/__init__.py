"""The person: NHS number, identity, search, duplicates, and who may open the record."""
