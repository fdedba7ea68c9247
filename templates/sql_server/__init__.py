"""SQL Server: which side of a cutover takes writes, by one script for the cutover and its way back.

The side that no longer serves is closed before the last data cross, and the other is opened only when it is: never do
two machines take writes for one database. A database that the script closes bears a mark, an extended property, which
crosses with a backup or a moved disk, so it opens what it closed and leaves alone what was read-only before. Left out:
how the data cross; availability groups and migrated machines, which close their old side by themselves.

Sources (learn.microsoft.com): ALTER DATABASE SET options (READ_ONLY, ROLLBACK IMMEDIATE; refused in an availability
group), sys.databases, sp_addextendedproperty, Invoke-Sqlcmd of the module SqlServer.
"""

from rendering import powershell
from rendering.target import Target
from templates.sql_server.context import files
from templates.sql_server.verify import verify

TARGET = Target(
    name="sql_server",
    title="SQL Server: the old databases read-only at a cutover, and the way back",
    files=files,
    verify=verify,
    consumer="SQL Server 2016 or later, by Windows PowerShell 5.1 and the module SqlServer",
    judges=powershell.JUDGES,
    unjudged=f"{powershell.UNJUDGED}; its Transact-SQL; the module's cmdlet is by our table of its page",
)
