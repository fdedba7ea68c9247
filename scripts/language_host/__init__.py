"""The Python language host of the Pulumi CLI that set-up builds.

The engine starts it as `pulumi-language-python ENGINE_ADDRESS`, reads a port from its first line of output and
speaks `pulumirpc.LanguageRuntime` with it. It runs programs, policy packs and local provider folders in the
virtual environment that their project names. It exists because the vendor's host is in no package registry: beside
a CLI from the vendor, set-up installs nothing of this package.

Left out, each with a clear answer instead: code generation, packing and linking of SDKs, the toolchains `uv` and
`poetry`, type checkers, debuggers and the installation of packages, which is `make setup`'s work.
"""
