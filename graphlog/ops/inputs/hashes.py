"""Hash functions of strings, bit for bit those of TensorFlow.

Sources: FarmHash's Fingerprint64 (G. Pike, https://github.com/google/farmhash), SipHash-2-4 (J.-P. Aumasson
and D. J. Bernstein, 2012) and MurmurHash64A (A. Appleby).
"""

from __future__ import annotations

import struct

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_FARM_SEED = 81
_MURMUR_FACTOR, _MURMUR_SEED = 0xC6A4A7935BD1E995, 0xDECAFCAFFE
_SIP_CONSTANTS = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


def _rotated_right(value: int, shift: int) -> int:
    value &= _MASK
    return (value >> shift) | (value << (64 - shift) & _MASK)


def _shift_mix(value: int) -> int:
    value &= _MASK
    return value ^ (value >> 47)


def _mixed(first: int, second: int, factor: int) -> int:
    """Sixteen bytes hashed to eight."""
    low = _shift_mix((first ^ second) * factor)
    return _shift_mix((second ^ low) * factor) * factor & _MASK


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def farm_fingerprint(data: bytes) -> int:
    """FarmHash's Fingerprint64 of bytes, as a number of 64 bits without a sign."""
    length = len(data)
    if length > 64:
        return _farm_long(data)
    factor = _K2 + length * 2
    if length > 32:
        return _farm_33_to_64(data, factor)
    if length > 16:
        first, second = _word(data, 0) * _K1, _word(data, 8)
        third, fourth = _word(data, length - 8) * factor, _word(data, length - 16) * _K2
        return _mixed(
            (_rotated_right(first + second, 43) + _rotated_right(third, 30) + fourth) & _MASK,
            (first + _rotated_right(second + _K2, 18) + third) & _MASK,
            factor,
        )
    if length >= 8:
        first, second = _word(data, 0) + _K2, _word(data, length - 8)
        third = _rotated_right(second, 37) * factor + first
        fourth = (_rotated_right(first, 25) + second) * factor
        return _mixed(third & _MASK, fourth & _MASK, factor)
    if length >= 4:
        first, last = int.from_bytes(data[:4], "little"), int.from_bytes(data[-4:], "little")
        return _mixed(length + (first << 3), last, factor)
    if length:
        start = data[0] + (data[length >> 1] << 8)
        end = length + (data[-1] << 2)
        return _shift_mix(start * _K2 ^ end * _K0) * _K2 & _MASK
    return _K2


def _farm_33_to_64(data: bytes, factor: int) -> int:
    length = len(data)
    a, b = _word(data, 0) * _K2, _word(data, 8)
    c, d = _word(data, length - 8) * factor, _word(data, length - 16) * _K2
    y = _rotated_right(a + b, 43) + _rotated_right(c, 30) + d
    z = _mixed(y & _MASK, (a + _rotated_right(b + _K2, 18) + c) & _MASK, factor)
    e, f = _word(data, 16) * factor, _word(data, 24)
    g, h = (y + _word(data, length - 32)) * factor, (z + _word(data, length - 24)) * factor
    return _mixed(
        (_rotated_right(e + f, 43) + _rotated_right(g, 30) + h) & _MASK,
        (e + _rotated_right(f + a, 18) + g) & _MASK,
        factor,
    )


def _farm_weak(data: bytes, at: int, first: int, second: int) -> tuple[int, int]:
    """Thirty-two bytes and two seeds hashed to sixteen bytes."""
    w, x, y, z = struct.unpack_from("<4Q", data, at)
    first += w
    second = _rotated_right(second + first + z, 21)
    total = first + x + y
    second += _rotated_right(total, 44)
    return (total + z) & _MASK, (second + first) & _MASK


def _farm_long(data: bytes) -> int:
    x, y = _FARM_SEED, _FARM_SEED * _K1 + 113
    z = _shift_mix(y * _K2 + 113) * _K2
    v, w = (0, 0), (0, 0)
    x = x * _K2 + _word(data, 0)
    end = (len(data) - 1) // 64 * 64

    def block(at: int, factor: int, is_last: bool) -> None:
        nonlocal x, y, z, v, w
        times = 9 if is_last else 1
        x = _rotated_right(x + y + v[0] + _word(data, at + 8), 37) * factor
        y = _rotated_right(y + v[1] + _word(data, at + 48), 42) * factor
        x = (x ^ w[1] * times) & _MASK
        y = (y + v[0] * times + _word(data, at + 40)) & _MASK
        z = _rotated_right(z + w[0], 33) * factor & _MASK
        v = _farm_weak(data, at, v[1] * factor, x + w[0])
        w = _farm_weak(data, at + 32, z + w[1], y + _word(data, at + 16))
        z, x = x, z

    for at in range(0, end, 64):
        block(at, _K1, is_last=False)
    factor = _K1 + ((z & 0xFF) << 1)
    w = (w[0] + (len(data) - 1) % 64, w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    block(len(data) - 64, factor, is_last=True)
    return _mixed(
        (_mixed(v[0], w[0], factor) + _shift_mix(y) * _K0 + z) & _MASK,
        (_mixed(v[1], w[1], factor) + x) & _MASK,
        factor,
    )


def sip_hash(data: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 of bytes under a key of two words, as a number of 64 bits without a sign."""
    v0, v1, v2, v3 = [constant ^ (key[index % 2] & _MASK) for index, constant in enumerate(_SIP_CONSTANTS)]

    def rounds(count: int) -> None:
        nonlocal v0, v1, v2, v3
        for _ in range(count):
            v0, v2 = (v0 + v1) & _MASK, (v2 + v3) & _MASK
            v1, v3 = _rotated_right(v1, 51) ^ v0, _rotated_right(v3, 48) ^ v2
            v0, v2 = (_rotated_right(v0, 32) + v3) & _MASK, (v2 + v1) & _MASK
            v1, v3 = _rotated_right(v1, 47) ^ v2, _rotated_right(v3, 43) ^ v0
            v2 = _rotated_right(v2, 32)

    rest = len(data) % 8
    padded = data + bytes(7 - rest) + bytes([len(data) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        v3 ^= word
        rounds(2)
        v0 ^= word
    v2 ^= 0xFF
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3


def murmur_hash(data: bytes) -> int:
    """MurmurHash64A of bytes with TensorFlow's seed, as a number of 64 bits without a sign."""
    result = _MURMUR_SEED ^ (len(data) * _MURMUR_FACTOR & _MASK)
    whole = len(data) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", data[:whole]):
        result = (result ^ _shift_mix(word * _MURMUR_FACTOR) * _MURMUR_FACTOR) * _MURMUR_FACTOR & _MASK
    if whole < len(data):
        result = (result ^ int.from_bytes(data[whole:], "little")) * _MURMUR_FACTOR & _MASK
    return _shift_mix(_shift_mix(result) * _MURMUR_FACTOR)
