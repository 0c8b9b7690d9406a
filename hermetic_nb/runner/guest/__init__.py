"""The program inside the runner: CPython 3.14 in WebAssembly runs this, and never the host.

`world` is the component's border, `program` a tool's source defined once per instance, `rounds` the event loop of pure
tools, `imports` and `capabilities` what a cell may import and what it may not reach, `outcome` what comes back.
"""
