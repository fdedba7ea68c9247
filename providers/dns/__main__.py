"""The provider's process, as the language host runs it."""

from providers.dns import server

server.main()
