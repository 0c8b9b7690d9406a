"""LLVM IR to one sealed module: code generation, the runtime library, the finaliser."""
