"""What the backup product is set up by: the policies, which machines each takes, and the restores that were tried.

Machines are taken by their tag in vCenter, `backup`, which the stack sets: a job by tag takes a new machine by itself.
The lists say what each job must be, and what it must then hold. Left out: a product's own jobs, for none has an open
form, and copies to another building, which are the product's.
"""

from rendering.target import Target
from templates.backup.context import files
from templates.backup.verify import verify

TARGET = Target(
    name="backup",
    title="Backup: policies, machines by tag, and tests of restores, in Danish",
    files=files,
    verify=verify,
    consumer="whoever sets up the backup product, job by job",
    judges=(),
    unjudged="all of it: each backup product has a form of its own",
)
