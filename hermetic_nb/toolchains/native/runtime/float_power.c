/* Powers of ten as numbers of 128 bits. */
#include "approximate.h"

enum { POWERS = 9 };

/* 10**(2**i), and after them 10**-(2**i): cut to 128 bits. */
static const Approximate powers[2 * POWERS] = {
    {0xA000000000000000u, 0x0000000000000000u, -124},
    {0xC800000000000000u, 0x0000000000000000u, -121},
    {0x9C40000000000000u, 0x0000000000000000u, -114},
    {0xBEBC200000000000u, 0x0000000000000000u, -101},
    {0x8E1BC9BF04000000u, 0x0000000000000000u, -74},
    {0x9DC5ADA82B70B59Du, 0xF020000000000000u, -21},
    {0xC2781F49FFCFA6D5u, 0x3CBF6B71C76B25FBu, 85},
    {0x93BA47C980E98CDFu, 0xC66F336C36B10137u, 298},
    {0xAA7EEBFB9DF9DE8Du, 0xDDBB901B98FEEAB7u, 723},
    {0xCCCCCCCCCCCCCCCCu, 0xCCCCCCCCCCCCCCCCu, -131},
    {0xA3D70A3D70A3D70Au, 0x3D70A3D70A3D70A3u, -134},
    {0xD1B71758E219652Bu, 0xD3C36113404EA4A8u, -141},
    {0xABCC77118461CEFCu, 0xFDC20D2B36BA7C3Du, -154},
    {0xE69594BEC44DE15Bu, 0x4C2EBE687989A9B3u, -181},
    {0xCFB11EAD453994BAu, 0x67DE18EDA5814AF2u, -234},
    {0xA87FEA27A539E9A5u, 0x3F2398D747B36224u, -340},
    {0xDDD0467C64BCE4A0u, 0xAC7CB3F6D05DDBDEu, -553},
    {0xC0314325637A1939u, 0xFA911155FEFB5308u, -978},
};

Approximate hnb_times_power_of_ten(uint64_t number, int32_t power) {
    int32_t shift = __builtin_clzll(number);
    Approximate result = {number << shift, 0, -64 - shift};
    const Approximate *factor = power < 0 ? powers + POWERS : powers;
    for (uint32_t left = (uint32_t)(power < 0 ? -power : power); left; left >>= 1, factor++)
        if (left & 1) result = product(result, *factor);
    return result;
}
