"""What is done with paper: files are taken and read, and people decide what the machine could not."""

from saime.channels.paper.operations.desk import (
    FormNotYours,
    UnableToDecideForm,
    decide_fields,
    give_up,
    next_form,
    release,
)
from saime.channels.paper.operations.identifying import UnableToIdentify, identify
from saime.channels.paper.operations.pipeline import read_file, read_waiting
from saime.channels.paper.operations.taking import UnableToTakeFile, take_file

__all__ = [
    "FormNotYours",
    "UnableToDecideForm",
    "UnableToIdentify",
    "UnableToTakeFile",
    "decide_fields",
    "give_up",
    "identify",
    "next_form",
    "read_file",
    "read_waiting",
    "release",
    "take_file",
]
