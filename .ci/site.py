"""What the site shows of the checkout beside docs/: mkdocs calls it."""

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

PAGES = {"history.md": "HISTORY.md", "contributing.md": "CONTRIBUTING.md"}


def on_files(files: Files, config: Any) -> Files:
    """Add pages whose links are those of the checkout."""
    for name, path in PAGES.items():
        text = Path(config.config_file_path).with_name(path).read_text("utf-8")
        files.append(File.generated(config, name, content=text.replace("](docs/", "](")))
    return files
