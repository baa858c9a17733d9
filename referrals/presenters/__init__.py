"""What pages show, worked out in Python: plain values, no HTML, nothing written."""
