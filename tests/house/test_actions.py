"""Every action says who acts and records an event."""

import importlib
import inspect
import pkgutil

import pytest

ROOMS = ("accounts", "patients", "referrals", "homefirst", "bcf", "api")
RECORDS = ("record(", "record_all(", "event(", "step.event", "take(", "StepInHand(", ".tell(", "begin(")


def modules(room):
    module = importlib.import_module(f"{room}.actions")
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield importlib.import_module(f"{room}.actions.{found.name}")


def actions():
    found = {}
    for room in ROOMS:
        public = set(getattr(importlib.import_module(f"{room}.actions"), "__all__", ()))
        for module in modules(room):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                plain = inspect.unwrap(function)
                local = plain.__module__.startswith(f"{room}.actions")
                if local and not name.startswith("_") and (not public or name in public):
                    found[f"{room}.{name}"] = plain
    return found


ACTIONS = actions()


def test_there_are_actions():
    assert len(ACTIONS) > 40


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_by_is_keyword_only_and_required(name):
    by = inspect.signature(ACTIONS[name]).parameters.get("by")
    assert by is not None, f"{name} does not say who acts"
    assert by.kind is inspect.Parameter.KEYWORD_ONLY
    assert by.default is inspect.Parameter.empty


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_event_is_recorded(name):
    function = ACTIONS[name]
    source = inspect.getsource(function)
    module = inspect.getmodule(function)
    helpers = [
        inspect.getsource(inspect.unwrap(other))
        for other_name, other in inspect.getmembers(module, inspect.isfunction)
        if f"{other_name}(" in source and other is not function
    ]
    assert any(word in text for text in [source, *helpers] for word in RECORDS), f"{name} records no event"
