"""Everything a person can meet in the flows has words."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

import custom_components.kumo_boots as integration

FOLDER = Path(integration.__file__).parent
WORDS: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())
CODE = "".join(
    (FOLDER / name).read_text()
    for name in (
        "by_hand/flow.py",
        "config_flow.py",
        "flow_described.py",
        "flow_pairing.py",
        "pairing.py",
        "teaching/steps.py",
    )
)
SHOWN = r"(?:async_show_(?:form|menu)\(\s*step_id=|self\._show\()\"(\w+)\""
FORMS = set(re.findall(SHOWN, CODE)) | {
    "done",
    "done_bench",
    "done_one_leg",
}


def test_every_form_has_words() -> None:
    """Title and description, and a label for every field."""
    steps = WORDS["config"]["step"]
    assert set(steps) == FORMS
    for step in steps.values():
        assert step["title"]
        assert step["description"]


@pytest.mark.parametrize(
    ("pattern", "section"),
    [
        (r"reason=\"(\w+)\"", "abort"),
        (r"progress_action=\"(\w+)\"", "progress"),
    ],
)
def test_every_end_and_wait_has_words(pattern: str, section: str) -> None:
    """And nothing is said that is never needed."""
    said = set(WORDS["config"][section])
    needed = set(re.findall(pattern, CODE))
    if section == "abort":
        needed |= {"not_a_pair", "wrong_leg"}  # errors that end a flow
    else:
        needed |= {"reading"}  # instead of the buttons, where there is no key
    assert said == needed


def test_options_have_words() -> None:
    """Each with a label and an explanation."""
    step = WORDS["options"]["step"]["init"]
    assert set(step["data"]) == set(step["data_description"])


def test_nothing_has_an_address_in_the_web() -> None:
    """Those are placeholders."""
    assert "://" not in json.dumps(WORDS)
