"""Keeps tools: blobs by digest, names by version, verified at every read, for several processes at once."""

from __future__ import annotations

from hermetic_nb.registry.location import VARIABLE, default_path
from hermetic_nb.registry.records import NameRecord
from hermetic_nb.registry.registry import Registry
from hermetic_nb.registry.report import Finding, Report

__all__ = ["VARIABLE", "Finding", "NameRecord", "Registry", "Report", "default_path"]
