"""A payload that has escaped from WebAssembly: native code in a worker that tries whatever it likes on the host.

`host` plants things to be found and watches them; `program` is what a sandbox runs; `files`, `network`, `processes` and `system`
hold the attempts; `running` makes them and says what came of each.
"""
