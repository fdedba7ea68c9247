"""What the data protection officer and the supervisor of NIS2 ask for: the record of processing activities (GDPR
article 30), and the list of suppliers with what rests on what. In Danish, as a page, in print and as tables.

What is a guess says so in each. Left out: what a system does not say, which `refresh check --baseline` tells.
"""

from rendering.target import Judge, Target
from templates.records.context import files
from templates.records.verify import verify

TARGET = Target(
    name="records",
    title="Record of processing activities (GDPR article 30) and suppliers (NIS2), in Danish",
    files=files,
    verify=verify,
    consumer="the data protection officer, Datatilsynet and the supervisor of NIS2",
    judges=(Judge("program", "pdftotext", "that each PDF says what its page says", "22.12"),),
    unjudged="that an authority takes it",
)
