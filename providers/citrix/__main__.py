"""The plugin folder's program; the engine runs it."""

from providers.citrix.server import main

main()
