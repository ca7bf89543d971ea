"""What a text is about, by topic and intake kind together; and such a model as bytes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ..types import Labelled
from .classifier import Linear, accuracy, calibrated, learn

FORMAT = 1
MOST_BYTES = 64 << 20  # of an unpacked model
MANY = 2000  # from so many texts on, a gram must stand in several: no single customer's words


@dataclass(frozen=True, slots=True)
class Suggester:
    """Two models, and how often each topic came with each kind."""

    topic: Linear
    kind: Linear
    kinds: Mapping[str, Mapping[str, float]]

    def suggest(self, text: str, known: Set[str], most: int = 3) -> list[tuple[str, str, float]]:
        """Return the best topics of those known, each with its kind and how sure it is (0 to 1)."""
        named = self.topic.ranked(text, most=len(self.topic.labels))
        sure = dict(self.kind.ranked(text, most=len(self.kind.labels)))
        found = [(code, share) for code, share in named if code in known][:most]
        return [(code, self._kind(code, sure), share) for code, share in found]

    def _kind(self, code: str, sure: Mapping[str, float]) -> str:
        usual = self.kinds.get(code, {})
        words = sorted({*sure, *usual})
        return max(
            words,
            key=lambda kind: (0.05 + usual.get(kind, 0.0)) * (0.05 + sure.get(kind, 0.0)),
            default="",
        )


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with what it got right on the texts that were held out."""

    suggester: Suggester
    samples: int
    held_out: int
    top_1: float | None
    top_3: float | None


def train(base: Sequence[Labelled], own: Sequence[Labelled] = ()) -> Trained:
    """Return a model of all texts.

    Its figures are those of a model without the held-out ones: of the operator's own texts if
    there are any, else of the base.
    """
    judged = own or base
    held = [item for item in judged if item.held_out]
    rest = [item for item in judged if not item.held_out]
    rest += base if own else []
    least = 3 if len(own) >= MANY else 1
    trial = learn([(item.text, item.topic) for item in rest], least=least)
    tests = [(item.text, item.topic) for item in held]
    trial = calibrated(trial, tests)
    top_1, top_3 = accuracy(trial, tests)
    whole = [*base, *own]
    topic = learn([(item.text, item.topic) for item in whole], least=least)
    topic = Linear(topic.labels, topic.base, topic.grams, trial.temperature)
    kind = learn([(item.text, item.kind) for item in whole], least=least)
    made = Suggester(topic, kind, _kinds(whole))
    return Trained(made, len(whole), len(held), top_1, top_3)


def _kinds(items: Sequence[Labelled]) -> dict[str, dict[str, float]]:
    counts: dict[str, Counter[str]] = {}
    for item in items:
        counts.setdefault(item.topic, Counter())[item.kind] += 1
    return {
        topic: {kind: round(count / held.total(), 4) for kind, count in held.items()}
        for topic, held in counts.items()
    }


def pack(made: Suggester) -> bytes:
    """Return a model as bytes."""
    document = {
        "format": FORMAT,
        "topic": _plain(made.topic),
        "kind": _plain(made.kind),
        "kinds": made.kinds,
    }
    return zlib.compress(json.dumps(document, ensure_ascii=False).encode(), 6)


def digest_of(packed: bytes) -> str:
    """Return the checksum of a packed model."""
    return hashlib.sha256(packed).hexdigest()


def unpack(packed: bytes, digest: str) -> Suggester:
    """Return the model of its bytes; raise ValueError for anything else."""
    if digest_of(packed) != digest:
        raise ValueError("the checksum differs")
    opened = zlib.decompressobj()
    try:
        plain = opened.decompress(packed, MOST_BYTES)
    except zlib.error as error:
        raise ValueError("not a packed model") from error
    if opened.unconsumed_tail:
        raise ValueError("the model is too large")
    document = json.loads(plain)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("another format")
    try:
        kinds = {
            str(topic): {str(kind): float(share) for kind, share in held.items()}
            for topic, held in document["kinds"].items()
        }
        return Suggester(_linear(document["topic"]), _linear(document["kind"]), kinds)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("not a model") from error


def _plain(model: Linear) -> dict[str, Any]:
    return {
        "labels": model.labels,
        "base": model.base,
        "temperature": model.temperature,
        "grams": {gram: [round(rare, 4), *held] for gram, (rare, held) in model.grams.items()},
    }


def _linear(kept: Mapping[str, Any]) -> Linear:
    labels = tuple(str(label) for label in kept["labels"])
    base = tuple(float(value) for value in kept["base"])
    if len(labels) != len(base) or not labels:
        raise ValueError("labels and weights differ in number")
    grams = {
        str(gram): (float(rare), tuple((_place(place, labels), float(w)) for place, w in held))
        for gram, (rare, *held) in kept["grams"].items()
    }
    heat = float(kept["temperature"])
    if not heat > 0:
        raise ValueError("a temperature above zero")
    return Linear(labels, base, grams, heat)


def _place(place: Any, labels: tuple[str, ...]) -> int:
    if not isinstance(place, int) or not 0 <= place < len(labels):
        raise ValueError("a weight without a label")
    return place
