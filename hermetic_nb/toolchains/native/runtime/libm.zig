// The functions of libm that musl's C sources, as Zig ships them, no longer hold: taken from Zig's own std.math.
const math = @import("std").math;

export fn acos(x: f64) f64 {
    return math.acos(x);
}

export fn asin(x: f64) f64 {
    return math.asin(x);
}

export fn atan(x: f64) f64 {
    return math.atan(x);
}

export fn cbrt(x: f64) f64 {
    return math.cbrt(x);
}

export fn cosh(x: f64) f64 {
    return math.cosh(x);
}

export fn hypot(x: f64, y: f64) f64 {
    return math.hypot(x, y);
}

export fn log1p(x: f64) f64 {
    return math.log1p(x);
}

export fn tanh(x: f64) f64 {
    return math.tanh(x);
}
