"""SQL Server: which side of a cutover takes writes, by one script for the cutover and its way back.

The side that no longer serves is closed before the last data cross, and the other is opened only when it is: never do
two machines take writes for one database. A database that the script closes bears a mark, an extended property, which
crosses with a backup or a moved disk, so it opens what it closed and leaves alone what was read-only before. Left out:
how the data cross; availability groups and migrated machines, which close their old side by themselves.

Sources (learn.microsoft.com): ALTER DATABASE SET options (READ_ONLY, ROLLBACK IMMEDIATE; refused in an availability
group), sys.databases, sp_addextendedproperty, Invoke-Sqlcmd of the module SqlServer.
"""

from rendering.target import Target
from templates.sql_server.context import files
from templates.sql_server.verify import verify

TARGET = Target("sql_server", "SQL Server: the old databases read-only at a cutover, and the way back", files, verify)
