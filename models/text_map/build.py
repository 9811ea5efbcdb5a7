"""Train the text map: ``python models/text_map/build.py``, with the real data named in the model card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sources import TEACHER, lessons_of, read_sources, vectors_of
from training import train


def main() -> None:
    """Train on all texts and write the map."""
    sources = read_sources()
    vectors, teacher = vectors_of("use", sources.texts), vectors_of(TEACHER, sources.texts)
    lessons = lessons_of(sources, vectors, teacher, np.zeros(len(sources.texts), dtype=bool))
    train(lessons).save(Path(__file__).parent / "use.npz")
    print(f"learned from {len(lessons.vectors)} texts, {len(lessons.activities)} pairs, {lessons.tags.shape[1]} causes")


if __name__ == "__main__":
    main()
