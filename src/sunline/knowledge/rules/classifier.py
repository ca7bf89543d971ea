"""Which label a text fits best: character TF-IDF and a linear model, learnt in one pass.

A multinomial naive Bayes over normalised TF-IDF weights of grams of one to three characters: its
logarithms are linear in the weights, and a gram says nothing about labels it was never seen with,
so that a text costs as many additions as its grams have labels.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST = 2000  # characters of a text that are looked at
FEATURES = 40_000
SMOOTHING = 0.08
# Never colder: tickets of one season are more alike than what customers will say next.
TEMPERATURES = (0.25, 0.35, 0.5, 0.8, 1.2)
BETWEEN = re.compile(r"[^\w]+")
DIGITS = re.compile(r"\d+")

Sample = tuple[str, str]  # text, label


@dataclass(frozen=True, slots=True)
class Linear:
    """A model: each gram's rarity, and its weight for each label (by place) it was seen with."""

    labels: tuple[str, ...]
    base: tuple[float, ...]
    grams: Mapping[str, tuple[float, tuple[tuple[int, float], ...]]]
    temperature: float = 0.35

    def ranked(self, text: str, most: int = 3) -> list[tuple[str, float]]:
        """Return the best labels with how sure they are (0 to 1); none for a text it knows not."""
        scores = self.scores(text)
        if scores is None:
            return []
        top = max(scores)
        shares = [math.exp((score - top) / self.temperature) for score in scores]
        whole = sum(shares)
        places = sorted(range(len(scores)), key=lambda place: -scores[place])[:most]
        return [(self.labels[place], shares[place] / whole) for place in places]

    def scores(self, text: str) -> list[float] | None:
        """Return the score of each label, None when no gram of the text is known."""
        weighed = weigh(text, {gram: held[0] for gram, held in self._known(text)})
        if not weighed:
            return None
        length = sum(weighed.values())
        found = [base * length for base in self.base]
        for gram, weight in weighed.items():
            for place, delta in self.grams[gram][1]:
                found[place] += weight * delta
        return found

    def _known(
        self, text: str
    ) -> Iterable[tuple[str, tuple[float, tuple[tuple[int, float], ...]]]]:
        for gram in set(grams_of(text)):
            held = self.grams.get(gram)
            if held is not None:
                yield gram, held


def grams_of(text: str) -> list[str]:
    """Return the grams of one to three characters, within words; numbers are all alike."""
    folded = unicodedata.normalize("NFKC", text[:MOST]).casefold()
    found: list[str] = []
    for word in BETWEEN.split(DIGITS.sub("0", folded)):
        for size in (1, 2, 3):
            found += [word[at : at + size] for at in range(len(word) - size + 1)]
    return [gram for gram in found if gram != "0"]


def weigh(text: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """Return the TF-IDF weights of a text's known grams, of length one."""
    counts = Counter(gram for gram in grams_of(text) if gram in rarity)
    weights = {gram: (1 + math.log(count)) * rarity[gram] for gram, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {gram: weight / length for gram, weight in weights.items()} if length else {}


def learn(samples: Sequence[Sample], *, least: int = 1) -> Linear:
    """Return a model of samples; grams that fewer than `least` texts hold are left out.

    Every label counts alike, however often it was seen: rare matters are found as well.
    """
    labels = tuple(sorted({label for _text, label in samples}))
    places = {label: place for place, label in enumerate(labels)}
    seen: Counter[str] = Counter()
    for text, _label in samples:
        seen.update(set(grams_of(text)))
    kept = [item for item in seen.most_common(FEATURES) if item[1] >= least]
    rarity = {gram: math.log((1 + len(samples)) / (1 + count)) + 1 for gram, count in kept}
    sums: dict[str, dict[int, float]] = {gram: {} for gram in rarity}
    totals = [0.0] * len(labels)
    many = Counter(label for _text, label in samples)
    for text, label in samples:
        place, share = places[label], 1 / many[label]
        for gram, weight in weigh(text, rarity).items():
            held = sums[gram]
            held[place] = held.get(place, 0.0) + weight * share
            totals[place] += weight * share
    return _weighted(labels, rarity, sums, totals)


def _weighted(
    labels: tuple[str, ...],
    rarity: Mapping[str, float],
    sums: Mapping[str, Mapping[int, float]],
    totals: Sequence[float],
) -> Linear:
    smoothing = SMOOTHING
    grams = {
        gram: (
            rarity[gram],
            tuple(
                (place, round(math.log1p(amount / smoothing), 4))
                for place, amount in sorted(held.items())
            ),
        )
        for gram, held in sums.items()
    }
    size = len(rarity) * smoothing
    base = tuple(round(math.log(smoothing / (total + size)), 4) for total in totals)
    return Linear(labels, base, grams)


def calibrated(model: Linear, samples: Sequence[Sample]) -> Linear:
    """Return the model with the temperature under which held-out samples surprise it least."""
    places = {label: place for place, label in enumerate(model.labels)}
    scored = [
        (scores, places[label])
        for text, label in samples
        if label in places and (scores := model.scores(text)) is not None
    ]
    if not scored:
        return model
    best = min(TEMPERATURES, key=lambda heat: sum(_surprise(*item, heat) for item in scored))
    return Linear(model.labels, model.base, model.grams, best)


def _surprise(scores: Sequence[float], place: int, heat: float) -> float:
    top = max(scores)
    whole = sum(math.exp((score - top) / heat) for score in scores)
    return math.log(whole) - (scores[place] - top) / heat


def accuracy(model: Linear, samples: Sequence[Sample]) -> tuple[float | None, float | None]:
    """Return how many of the samples the model names first, and among its first three."""
    if not samples:
        return None, None
    first = third = 0
    for text, label in samples:
        named = [name for name, _sure in model.ranked(text)]
        first += named[:1] == [label]
        third += label in named
    return first / len(samples), third / len(samples)
