"""Changes of running clocks worked out by hand, as local wall time in Shanghai unless said.

`EXTENDED`: calendar, start, amount, unit, minutes added, due, pauses. `RUNGS`: calendar, start,
due, rung, when it comes. `STORIES`: what a matter is, what happens to it, and what runs then as
(purpose, "law" or "promise"): due moments, a blank list for nothing. The shipped limits apply.
"""

from __future__ import annotations

from typing import Any

from .worked_cases import CHINA, LONDON

EXTENDED: list[tuple[str, str, int, str, int, str, list[tuple[str, str]]]] = [
    ("office", "2026-11-20 09:00", 60, "minutes", 0, "2026-11-20 10:00", []),
    ("office", "2026-11-20 09:00", 60, "minutes", 60, "2026-11-20 11:00", []),
    ("office", "2026-11-20 11:00", 60, "minutes", 30, "2026-11-20 14:00", []),
    ("office", "2026-11-20 16:30", 60, "minutes", 60, "2026-11-23 09:30", []),
    ("office", "2026-11-20 09:00", 60, "minutes", 450, "2026-11-23 10:00", []),
    ("office", "2026-09-30 16:30", 60, "minutes", 60, "2026-10-08 09:30", []),
    ("office", "2026-10-10 17:00", 30, "minutes", 30, "2026-10-12 09:00", []),
    ("office", "2026-12-31 17:00", 30, "minutes", 30, "2027-01-01 09:00", []),
    ("office+", "2026-12-31 17:00", 30, "minutes", 30, "2027-01-04 09:00", []),
    ("every day", "2026-10-01 19:00", 60, "minutes", 60, "2026-10-02 09:00", []),
    ("night", "2026-11-20 23:30", 30, "minutes", 60, "2026-11-21 01:00", []),
    (CHINA, "2026-12-31 20:00", 60, "minutes", 1440, "2027-01-01 21:00", []),
    (CHINA, "2026-11-20 10:00", 1440, "minutes", 2880, "2026-11-23 10:00", []),
    (LONDON, "2026-03-28 12:00", 720, "minutes", 720, "2026-03-29 13:00", []),
    ("office", "2026-11-20 09:00", 60, "minutes", 60, "2026-11-20 12:00",
     [("2026-11-20 09:30", "2026-11-20 10:30")]),
    ("office", "2026-11-20 16:00", 120, "minutes", 60, "2026-11-23 11:30",
     [("2026-11-20 16:30", "2026-11-23 09:00")]),
    (CHINA, "2026-12-31 20:00", 120, "minutes", 60, "2027-01-01 03:00",
     [("2026-12-31 22:00", "2027-01-01 02:00")]),
    # an extended count of days ends with a day
    ("office", "2026-11-20 10:00", 1, "working_days", 60, "2026-11-24 17:30", []),
    ("office", "2026-11-20 10:00", 1, "working_days", 450, "2026-11-24 17:30", []),
    ("office", "2026-11-20 10:00", 1, "working_days", 451, "2026-11-25 17:30", []),
    ("office", "2026-09-29 10:00", 1, "working_days", 60, "2026-10-08 17:30", []),
    ("office", "2026-02-12 10:00", 1, "working_days", 60, "2026-02-14 17:30", []),
    (CHINA, "2026-11-20 10:00", 1, "days", 60, "2026-11-22 23:59:59", []),
    (CHINA, "2026-11-20 10:00", 1, "days", 1440, "2026-11-22 23:59:59", []),
    (CHINA, "2026-12-30 10:00", 1, "days", 1441, "2027-01-02 23:59:59", []),
    ("office", "2026-10-01 10:00", 15, "days", 60, "2026-10-17 23:59:59", []),
]  # fmt: skip

RUNGS = [
    ("office", "2026-11-20 08:30", "2026-11-20 17:30", 50, "2026-11-20 13:45"),
    ("office", "2026-11-20 08:30", "2026-11-20 17:30", 80, "2026-11-20 16:00"),
    ("office", "2026-11-20 08:30", "2026-11-20 17:30", 100, "2026-11-20 17:30"),
    ("office", "2026-11-20 08:30", "2026-11-20 17:30", 150, "2026-11-23 13:45"),
    ("office", "2026-11-20 08:30", "2026-11-20 17:30", 200, "2026-11-23 17:30"),
    ("office", "2026-09-30 13:30", "2026-09-30 17:30", 150, "2026-10-08 10:30"),
    ("office", "2026-09-30 13:30", "2026-09-30 17:30", 200, "2026-10-08 14:00"),
    ("office", "2026-02-13 15:30", "2026-02-13 17:30", 200, "2026-02-14 10:30"),
    (CHINA, "2026-12-31 00:00", "2027-01-01 00:00", 50, "2026-12-31 12:00"),
    (CHINA, "2026-12-31 00:00", "2027-01-01 00:00", 150, "2027-01-01 12:00"),
    (CHINA, "2026-12-31 00:00", "2027-01-01 00:00", 200, "2027-01-02 00:00"),
    (LONDON, "2026-03-28 00:00", "2026-03-29 00:00", 200, "2026-03-30 01:00"),
]

FRIDAY = "2026-11-20 10:00"
LAW, PROMISE = "law", "promise"
ANSWER = ("legal_answer", LAW)
REPAIR, SOLVED = ("resolve", LAW), ("resolve", PROMISE)
ACCEPT, FIRST, OLA = ("accept", PROMISE), ("first_response", PROMISE), ("ola", PROMISE)
CALL = ("callback", PROMISE)
BY_LAW = ["2026-12-05 23:59:59"]  # 15 days from Friday, 20 November
Story = tuple[str, dict[str, str], list[tuple[Any, ...]], dict[tuple[str, str], list[str]]]


def matter(kind: str, place: str = "gd", **traits: str) -> dict[str, str]:
    """Return what a matter is and where."""
    return {"kind": kind, "place": place, **traits}


STORIES: list[Story] = [
    # by law, province and promise, in town and country
    (FRIDAY, matter("complaint"), [], {
        ANSWER: BY_LAW, SOLVED: ["2026-11-22 10:00"], ACCEPT: ["2026-11-20 12:00"],
        FIRST: ["2026-11-20 14:00"]}),
    (FRIDAY, matter("complaint", "ha"), [], {ANSWER: ["2026-11-27 17:30"]}),
    (FRIDAY, matter("complaint", "cq"), [], {ANSWER: BY_LAW}),
    ("2026-02-12 10:00", matter("complaint", "ha"), [], {ANSWER: ["2026-02-26 17:30"]}),
    ("2026-09-28 10:00", matter("complaint", "ha"), [], {ANSWER: ["2026-10-10 17:30"]}),
    ("2026-02-12 10:00", matter("complaint", "cq"), [], {ANSWER: ["2026-02-27 23:59:59"]}),
    (FRIDAY, matter("fault"), [], {SOLVED: ["2026-11-21 10:00"], REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("fault", rural="yes"), [], {REPAIR: ["2026-11-23 10:00"]}),
    (FRIDAY, matter("fault", rural="yes", topic="mobile.plan"), [],
     {REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("query", topic="mobile.state.restore"), [],
     {REPAIR: ["2026-11-21 10:00"], SOLVED: []}),
    # lunch, nights, holidays and make-up days
    ("2026-11-20 11:30", matter("enquiry"), [], {ACCEPT: ["2026-11-20 15:00"]}),
    ("2026-11-20 17:00", matter("enquiry"), [], {ACCEPT: ["2026-11-23 10:00"]}),
    ("2026-10-01 10:00", matter("enquiry"), [], {ACCEPT: ["2026-10-08 10:30"]}),
    ("2026-10-10 10:00", matter("enquiry"), [], {ACCEPT: ["2026-10-10 12:00"]}),
    ("2026-11-20 19:00", matter("fault"), [], {FIRST: ["2026-11-21 11:00"]}),
    # holds
    (FRIDAY, matter("fault"), [("pause", "2026-11-20 11:00"), ("resume", "2026-11-20 13:00")],
     {SOLVED: ["2026-11-21 12:00"], REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("fault"), [("pause", "2026-11-20 22:00"), ("resume", "2026-11-21 02:00")],
     {SOLVED: ["2026-11-21 14:00"], REPAIR: ["2026-11-22 10:00"]}),
    ("2026-12-31 20:00", matter("fault"),
     [("pause", "2026-12-31 22:00"), ("resume", "2027-01-01 02:00")],
     {SOLVED: ["2027-01-02 00:00"], REPAIR: ["2027-01-02 20:00"]}),
    (FRIDAY, matter("complaint", "ha"),
     [("pause", "2026-11-20 11:00"), ("resume", "2026-11-25 11:00")],
     {ANSWER: ["2026-11-27 17:30"], SOLVED: ["2026-11-27 10:00"]}),
    ("2026-11-20 16:30", matter("enquiry"),
     [("pause", "2026-11-20 17:00"), ("resume", "2026-11-23 10:00")],
     {ACCEPT: ["2026-11-23 11:30"]}),
    # another class
    (FRIDAY, matter("enquiry"), [("class", "2026-11-21 09:00", {"kind": "complaint"})],
     {SOLVED: ["2026-11-22 10:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("enquiry"), [("class", "2026-11-20 10:30", {"urgency": "urgent"})],
     {SOLVED: ["2026-11-20 11:00"], ACCEPT: ["2026-11-20 10:15"]}),
    (FRIDAY, matter("enquiry", urgency="urgent"),
     [("class", "2026-11-20 10:30", {"urgency": "normal"})], {SOLVED: ["2026-11-21 10:00"]}),
    (FRIDAY, matter("complaint"), [("class", "2026-11-20 12:00", {"kind": "enquiry"})],
     {SOLVED: ["2026-11-21 10:00"], ANSWER: BY_LAW, FIRST: []}),
    (FRIDAY, matter("fault"), [("class", "2026-11-20 12:00", {"kind": "enquiry"})],
     {SOLVED: ["2026-11-21 10:00"], REPAIR: []}),
    (FRIDAY, matter("fault"), [("class", "2026-11-20 12:00", {"kind": "complaint"})],
     {SOLVED: ["2026-11-22 10:00"], REPAIR: ["2026-11-22 10:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("fault"), [("class", "2026-11-20 12:00", {"kind": "enquiry"}),
                               ("class", "2026-11-24 12:00", {"kind": "fault"})],
     {SOLVED: ["2026-11-21 10:00"], REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("enquiry"), [("pause", "2026-11-20 12:00"), ("resume", "2026-11-20 15:00"),
                                 ("class", "2026-11-20 16:00", {"kind": "complaint"})],
     {SOLVED: ["2026-11-22 13:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("enquiry"), [("pause", "2026-11-20 12:00"),
                                 ("class", "2026-11-20 16:00", {"kind": "complaint"}),
                                 ("resume", "2026-11-21 12:00")],
     {SOLVED: ["2026-11-23 10:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("fault", rural="yes"),
     [("class", "2026-11-20 12:00", {"rural": "no"})], {REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("fault"), [("class", "2026-11-20 12:00", {"rural": "yes"})],
     {REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("complaint"), [("class", "2026-11-20 12:00", {"place": "ha"})],
     {ANSWER: ["2026-11-27 17:30"]}),
    (FRIDAY, matter("complaint", "ha"), [("class", "2026-11-20 12:00", {"place": "gd"})],
     {ANSWER: ["2026-11-27 17:30"]}),
    # extensions
    (FRIDAY, matter("fault"), [("extend", "2026-11-20 11:00", 600)],
     {SOLVED: ["2026-11-21 20:00"], REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("enquiry"), [("extend", "2026-11-20 11:00", 120),
                                 ("class", "2026-11-20 12:00", {"kind": "complaint"})],
     {SOLVED: ["2026-11-22 12:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("enquiry"), [("extend", "2026-11-20 11:00", 60), ("pause", "2026-11-20 12:00"),
                                 ("resume", "2026-11-20 14:00"),
                                 ("extend", "2026-11-20 15:00", 60)],
     {SOLVED: ["2026-11-21 14:00"]}),
    ("2026-11-20 16:30", matter("enquiry"), [("dispatch", "2026-11-20 16:30")],
     {OLA: ["2026-11-23 16:30"]}),
    ("2026-11-20 16:30", matter("enquiry"),
     [("dispatch", "2026-11-20 16:30"), ("extend", "2026-11-20 17:00", 60)],
     {OLA: ["2026-11-23 17:30"]}),
    ("2026-09-30 08:30", matter("enquiry"),
     [("dispatch", "2026-09-30 08:30"), ("extend", "2026-09-30 09:00", 60)],
     {OLA: ["2026-10-08 09:30"]}),
    # profiles switched on and off
    (FRIDAY, matter("fault"), [("profile", "2026-11-20 11:00", "promise_24h_2h_4h", True)],
     {SOLVED: ["2026-11-21 10:00"]}),
    (FRIDAY, matter("fault"), [("profile", "2026-11-20 11:00", "promise_24h_2h_4h", True),
                               ("class", "2026-11-20 12:00", {"severity": "major"})],
     {SOLVED: ["2026-11-20 14:00"], REPAIR: ["2026-11-22 10:00"]}),
    (FRIDAY, matter("complaint"),
     [("profile", "2026-11-20 11:00", "promise_complaint_2h_48h", True),
      ("class", "2026-11-20 11:30", {"urgency": "priority"})],
     {FIRST: ["2026-11-20 12:00"], ANSWER: BY_LAW}),
    (FRIDAY, matter("complaint", "ha"), [("profile", "2026-11-20 11:00", "henan", False)],
     {ANSWER: ["2026-11-27 17:30"]}),
    (FRIDAY, matter("complaint", "ha"), [("profile", "2026-11-20 11:00", "henan", False),
                                         ("class", "2026-11-20 12:00", {"urgency": "priority"})],
     {ANSWER: ["2026-11-27 17:30"]}),
    # sent out again
    (FRIDAY, matter("fault", rural="yes"), [("again", "2026-11-22 09:00")],
     {SOLVED: ["2026-11-23 09:00"], REPAIR: ["2026-11-23 10:00"]}),
    (FRIDAY, matter("complaint"), [("stop", "2026-11-21 10:00"), ("again", "2026-11-25 10:00")],
     {SOLVED: ["2026-11-27 10:00"], ANSWER: BY_LAW}),
    # promised call-backs
    (FRIDAY, matter("enquiry"), [("promise", "2026-11-20 11:00", "2026-11-20 15:00"),
                                 ("pause", "2026-11-20 12:00"), ("resume", "2026-11-20 14:00")],
     {CALL: ["2026-11-20 15:00"]}),
    ("2026-12-31 20:00", matter("enquiry"),
     [("promise", "2026-12-31 21:00", "2027-01-01 09:00")], {CALL: ["2027-01-01 09:00"]}),
    (FRIDAY, matter("enquiry"), [("promise", "2026-11-20 11:00", "2026-11-20 15:00"),
                                 ("promise", "2026-11-20 12:00", "2026-11-21 09:30")],
     {CALL: ["2026-11-20 15:00", "2026-11-21 09:30"]}),
    (FRIDAY, matter("enquiry"), [("promise", "2026-11-20 11:00", "2026-11-20 15:00"),
                                 ("keep", "2026-11-20 14:00")], {CALL: []}),
    (FRIDAY, matter("enquiry"), [("promise", "2026-11-20 11:00", "2026-11-20 15:00"),
                                 ("extend", "2026-11-20 12:00", 600),
                                 ("class", "2026-11-20 13:00", {"kind": "complaint"}),
                                 ("again", "2026-11-20 14:00")],
     {CALL: ["2026-11-20 15:00"], ANSWER: BY_LAW}),
]  # fmt: skip
