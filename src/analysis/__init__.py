"""Versions of Events: who says what in news of conflicts and disasters.

Importing this package loads no model and has no effect; see `analysis.extraction.build_tables` for the way in.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: `data/`, `notebooks/` and `build/` lie below it."""
