"""Typed Python -> small, import-free WebAssembly, by LLVM."""
