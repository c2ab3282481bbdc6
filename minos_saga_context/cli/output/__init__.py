"""What the tool shows, and how."""

from __future__ import annotations

from typing import Any

from ..errors import EXTRA, ToolError


def drawing() -> Any:
    try:
        from . import draw
    except ImportError as exc:
        raise ToolError(f"Drawing needs rich, which is missing ({exc}); --json does without: {EXTRA}") from None
    return draw
