"""What happened and who looked: append-only, imported by every room, importing none."""
