// The shortest decimals of floats: Ryu, from Zig's own std.fmt, with its small tables.
const float = @import("std").fmt.float;

export fn hnb_decimal_shortest(bits: u64, exponent: *i32) u64 {
    const decimal = float.binaryToDecimal(u64, bits, 52, 11, false, float.Backend64_TablesSmall);
    exponent.* = decimal.exponent;
    return decimal.mantissa;
}
