"""The pages of this room: each reads a form, calls one action or question, and shows the answer."""
