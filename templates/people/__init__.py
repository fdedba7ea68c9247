"""What people get in hand: for each site a notice, a letter, the crew's list of desks with the
sign-off, and the service desk's list; a page for each system, and a sheet for the desk itself.

All in Danish, as HTML and as PDF from one template. Roles alone are named, and which number to call is data
(people.yaml).
"""

from rendering.target import Judge, Target
from templates.people.context import files
from templates.people.verify import verify

TARGET = Target(
    name="people",
    title="Paper for the sites, the service desk and the systems' owners, in Danish",
    files=files,
    verify=verify,
    consumer="paper and a browser",
    judges=(Judge("program", "pdftotext", "that each PDF says what its page says", "22.12"),),
)
