"""Finds the boards on the first page, and their lists on the boards themselves."""

import re

SECTION = '<section class="app-block" aria-labelledby="{}">(.*?)</section>'
TAB = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*?) ?(?:<span class="app-tabs__count">([\d,]+)</span>)?</a></li>')


def tabs(page: str, board: str) -> list[tuple[str, str, str]]:
    """Address, words and count of each list of a board on the first page."""
    section = re.search(SECTION.format(board), page, re.DOTALL)
    assert section, f"{board} is not on the first page"
    return TAB.findall(section[1])


def on_board(page: str) -> list[tuple[str, str]]:
    """Words and count of each list on the board itself."""
    return [(text, count) for _, text, count in TAB.findall(page)]
