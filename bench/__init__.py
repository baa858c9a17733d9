"""How fast the portal is, measured: the production server over real HTTP, beside bare Django views on the same tables.

`make bench` runs it (docs/benchmarks.md has the last results), `make indexes` writes docs/indexes.md. Nothing here is
part of the portal: the bare views have settings and addresses of their own.
"""
