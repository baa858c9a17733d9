"""The boards of Home First: who in the demonstration has which page open all day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Board:
    """A page of Home First, and who keeps it open all day."""

    key: str
    title: str
    path: str
    email: str


BOARDS = (
    Board("crisis", "Crisis board", "/crisis/", "leicester1@demo.example"),
    Board("overstays", "Supported longer than agreed", "/crisis/overstays/", "leicesterlead@demo.example"),
    Board("rota", "Rota", "/rota/", "leicesterlead@demo.example"),
    Board("beds", "Beds board", "/beds/", "beds1@demo.example"),
    Board("matches", "Free places and who fits them", "/beds/matches/", "beds1@demo.example"),
    Board("ward_board", "Ward board", "/getting-home/ward/", "wardcoordinator1@demo.example"),
    Board("getting_home", "Getting home board", "/getting-home/", "hub1@demo.example"),
    Board("tasks", "Tasks of getting home", "/tasks/", "equipment1@demo.example"),
    Board("reablement", "Reablement board", "/reablement/", "reablementlead@demo.example"),
    Board("follow_ups", "Follow-ups on day 91", "/follow-ups/", "reablementlead@demo.example"),
    Board("packages", "Packages board", "/packages/", "broker1@demo.example"),
    Board("requests", "Requests to a provider", "/packages/requests/", "provider1@demo.example"),
)
