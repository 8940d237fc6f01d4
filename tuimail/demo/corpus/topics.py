"""What people talk about in English: openings, and what others answer."""

# ruff: noqa: E501 (people write in any script, and do not wrap markup)

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Topic:
    """One matter and what is said about it."""

    subject: str
    opening: str
    answers: tuple[str, ...]


TOPICS: Final = (
    Topic(
        "Winter timetable for the ferry",
        "the harbour office has sent the draft of the winter timetable. The 7:40 boat is gone and "
        "the last one back leaves at 18:05, which means nobody who works in town gets home. I "
        "would like us to answer together before Friday, with numbers.",
        (
            "I counted last week: between 31 and 44 people on the 7:40, every day but Saturday.",
            "They will say the crew's hours do not allow it. Has anyone asked the crew?",
            "I can write the letter, but somebody else has to sign it. They know me too well by now.",
            "Two schools are affected as well. I have the names of the headteachers.",
            "Could we propose a 7:10 instead? It would save them the second crew.",
        ),
    ),
    Topic(
        "Lens for the north light",
        "the glass people came back with an offer for the lens: 11,480 for the grinding alone, "
        "fourteen weeks. The old one has two cracks, both below the third ring, and the surveyor "
        "thinks it will not last another frost. Please look at the drawing and tell me what I missed.",
        (
            "The radius on page 2 does not agree with the table on page 5. One of them is in inches.",
            "Fourteen weeks is after the inspection. Can they do the lower panels first?",
            "We paid 9,200 for the south light in 2019. I would ask why.",
            "I have no objection, as long as the old lens goes to the museum and not into a garden.",
            "Checked the drawing twice, all fine on my side. Order it.",
        ),
    ),
    Topic(
        "Minutes of Monday's meeting",
        "attached to nobody's surprise are three points: the budget, the budget and the roof. We "
        "agreed on the first, postponed the second, and the third is raining into a bucket in the "
        "map room. Corrections until Wednesday, please; after that they are history.",
        (
            "Point 2: I did not say 'never', I said 'not this year'.",
            "The bucket was emptied twice today. It is a large bucket.",
            "Fine with me. Thanks for writing it down so quickly!",
            "Who is to ask for the second offer for the roof? It should have a name beside it.",
        ),
    ),
    Topic(
        "Release 2.4: what is left",
        "the list is short now. The importer still drops the second address line, the nightly "
        "build fails on one of three machines, and the manual describes a button that is gone. "
        "I would rather ship on the 14th without the button than on the 28th with it.",
        (
            "The importer is mine, fix goes in tonight. It was an off-by-one, of course.",
            "The failing machine has a clock that is eleven minutes ahead. I have set it right.",
            "I have removed the button from the manual; it was in there four times.",
            "Can we please not ship on a Friday again?",
            "Tests pass here: 2,318 of 2,318, in 4 minutes 12.",
            "+1 for the 14th.",
        ),
    ),
    Topic(
        "Sunday lunch",
        "we are thinking of lunch on Sunday, at one, outside if the weather allows. There will be "
        "fish, potatoes, and Ingrid's cake if we ask nicely. Tell me who is coming and what you "
        "do not eat. Bring a jumper.",
        (
            "We are four, the small one eats nothing but bread at the moment.",
            "I will be there, with wine. No shellfish for me, please.",
            "Sorry, we are away until Tuesday. Keep us a piece of the cake!",
            "Shall I bring the long table? It fits on the trailer.",
        ),
    ),
    Topic(
        "Chart corrections, sheet 14",
        "the soundings off the western skerries do not agree with what we measured in August. "
        "Between the beacon and the wreck the difference is up to 1.7 m, and always in the bad "
        "direction. I have marked eleven points; could you compare them with your logs?",
        (
            "Compared nine of the eleven so far. Seven agree with yours to 20 cm.",
            "Point 6 is a rock and not the bottom. We touched it in 2021, gently.",
            "The old survey used the mean of low water springs. That explains half a metre, not 1.7.",
            "I will be out there on Thursday and can take the line again.",
            "Please send the raw values as well, not only the reduced ones.",
        ),
    ),
    Topic(
        "Invoice 2026-0417",
        "the invoice you sent lists the mooring fees twice, once under harbour dues and once as a "
        "line of its own. Without the second the sum would be 318.60. Could you check and send a "
        "corrected one? I will pay it the same day.",
        (
            "You are right, and I am sorry. The corrected invoice leaves today.",
            "I have forwarded this to accounting. They promise an answer by tomorrow.",
            "Received and paid. Thank you.",
        ),
    ),
    Topic(
        "Reading group: next book",
        "three suggestions are on the table, all under 300 pages this time. Please send me an "
        "order of preference until the weekend. Whoever does not answer reads whatever the others "
        "choose, without complaint.",
        (
            "2, 1, 3. The third one I gave up twice already.",
            "1 before 3 before 2. And could we meet at eight instead of seven?",
            "I abstain, and promise to complain anyway.",
            "3! It has a map in it. Books with maps are better.",
        ),
    ),
    Topic(
        "Heating in the workshop",
        "the thermostat says 19, the thermometer beside it says 14, and my fingers believe the "
        "thermometer. The engineer comes on Wednesday between 8 and 12. Somebody has to be there "
        "to let him in; I am at the yard all morning.",
        (
            "I can be there from nine. Leave the key with Noor.",
            "It was the same last year: air in the upper loop. There is a valve behind the lathe.",
            "Fixed! It was the valve. 20 degrees and rising.",
        ),
    ),
    Topic(
        "Question about the tide gauge",
        "since the update the gauge reports every ten minutes instead of every five, and twice it "
        "reported a tide of 6553.5 m, which would have been noticed. Is this known, and is there "
        "anything I should look at before I drive out there?",
        (
            "6553.5 is what it says when it has nothing to say. The cable again, I am afraid.",
            "The interval is a setting: `interval = 300` in the second block, then restart it.",
            "Did that, thank you. Five minutes again, and no flood so far.",
            "Please open a ticket all the same, so that we see whether others have it too.",
        ),
    ),
    Topic(
        "Photos from the regatta",
        "I have sorted the photos at last: 412 taken, 60 kept, and three of them are even sharp. "
        "Before they go on the club's page I would like everybody to look whether they mind being "
        "seen. Nobody looks good in oilskins, so do not let that decide.",
        (
            "Number 23, please not. Everything else is fine.",
            "These are lovely! Could I have 41 in full size for my mother?",
            "The boat in 12 is not ours, but it looks much better, so keep it.",
        ),
    ),
    Topic(
        "Handover of the archive keys",
        "from the first of next month I will no longer be in the building every day. There are "
        "four keys, a list of who has had them since 1987, and a door that needs to be lifted a "
        "little while turning. I would like to show somebody in person.",
        (
            "I can come by on Tuesday after four.",
            "Is the list allowed to leave the building? I would like to scan it.",
            "We should have a fifth key made. I will ask.",
            "Tried the door today. 'A little' is an understatement.",
        ),
    ),
)

ASIDES: Final = (
    "By the way, the path along the shore is closed until the storm damage is repaired.",
    "I am on the train and the line is bad, so this is short.",
    "Tell me if I am talking nonsense; it has been a long day.",
    "More on this tomorrow, when I have slept.",
    "See also what we wrote about this in spring.",
    "There is no hurry from my side.",
    "It would be good to settle this before the weekend.",
    "I have put it on the shared list so that it is not forgotten.",
    "The weather looks good for the rest of the week, for once. 🌤",
    "Let me know what you think.",
)

CLOSINGS: Final = ("Best", "Kind regards", "Cheers", "All the best", "Until soon", "Thanks")
SIGNATURES: Final = (
    "",
    "-- \nHarbour & Light Trust, Pier 3\nTel. +00 555 0142",
    "-- \nSent from my phone, please excuse brevity",
    '-- \n"It is not the ship so much as the skilful sailing."',
)
