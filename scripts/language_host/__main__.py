"""`python -m scripts.language_host [FLAGS] ENGINE_ADDRESS`: prints a port and serves until the engine is gone."""

import asyncio

from .server import serve

if __name__ == "__main__":
    asyncio.run(serve())
