"""The one exception the stack shows to a person: a sentence that says what is wrong and what to do."""


class StackError(Exception):
    """Something the person at the keyboard can put right."""


class Stopped(Exception):
    """Somebody asked the stack to stop while it was still starting."""
