"""What the people of the weekend get in hand: a route sheet and a packing list for each crew, labels for the devices, a
sheet for each gate, and what everybody is told beforehand.

All in Danish, from the visits that are agreed (visits.csv); without them nothing is rendered but gates and messages.
Beside it stands the page of `refresh plan` (templates/plan).
"""

from rendering.target import Judge, Target
from templates.weekend.context import files
from templates.weekend.verify import verify

TARGET = Target(
    name="weekend",
    title="Paper for the crews and the cutover lead, in Danish",
    files=files,
    verify=verify,
    consumer="paper, a label printer and a browser",
    judges=(
        Judge("program", "pdftotext", "that each PDF says what its page says", "22.12"),
        Judge(
            "program", "zbarimg", "that each label's code reads as its device", "0.23", "tests/native/test_labels.py"
        ),
    ),
)
