"""Cells compiled by the native compiler in this process, run fresh for each call, and held against CPython."""

from __future__ import annotations

import ast
import copy
import math
import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import wasmtime

from hermetic_nb import traps
from hermetic_nb.errors import BuildError
from hermetic_nb.model import ToolSpec
from hermetic_nb.reference.arithmetic import fma_as_in_3_14, sum_as_in_3_14
from hermetic_nb.signature import Parameter, Signature
from hermetic_nb.signature.annotations import parse_annotation
from hermetic_nb.signature.lifting import lift_memory if False else None
