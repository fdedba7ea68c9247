"""`python -m scripts.language_host [FLAGS] ENGINE_ADDRESS`: prints a port and serves until the engine is gone."""

import signal

if __name__ == "__main__":
    # An engine that is interrupted at once stops a host that is still importing: no KeyboardInterrupt then either.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    import asyncio

    from .server import serve

    asyncio.run(serve())
