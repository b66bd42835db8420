#!/usr/bin/env python3
"""Makes authority_vectors.txt with fresh throw-away keys (Python package `cryptography`).

What authorities use beyond signature_vectors.txt: brainpool curves, explicit parameters, SHA-1.
The lines have the form of that file.
"""

import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

MESSAGE = b"to be signed"
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
# Prime, a, b, base point x and y, order: SEC 2 version 2 and RFC 5639.
DOMAINS = {
    "P-256": (
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    "P-384": (
        "f" * 63 + "effffffff0000000000000000ffffffff",
        "f" * 63 + "effffffff0000000000000000fffffffc",
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d"
        "2a85c8edd3ec2aef",
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c"
        "3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d"
        "7a431d7c90ea0e5f",
        "f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    "brainpoolP256r1": (
        "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
        "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
        "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
        "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262",
        "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
        "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
    ),
}
CURVES = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}
ROWS = []


def spki(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def row(algorithm, good, name, key, signature, message=MESSAGE):
    key = key if isinstance(key, bytes) else spki(key)
    verdict = "good" if good else "bad"
    fields = ["certificate", algorithm, verdict, name, key.hex(), message.hex(), signature.hex()]
    ROWS.append("|".join(fields))


def element(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(number):
    return element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def explicit(key, curve, base=None, cofactor=1):
    """SubjectPublicKeyInfo with ECParameters (SEC 1 appendix C.2)."""
    prime, a, b, x, y, order = (bytes.fromhex(digits) for digits in DOMAINS[curve])
    number = lambda digits: integer(int.from_bytes(digits, "big"))
    field = element(0x30, bytes.fromhex("06072a8648ce3d0101"), number(prime))
    base = base or b"\4" + x + y
    parameters = element(
        0x30,
        integer(1),
        field,
        element(0x30, element(4, a), element(4, b)),
        element(4, base),
        number(order),
        integer(cofactor),
    )
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    identifier = element(0x30, bytes.fromhex("06072a8648ce3d0201"), parameters)
    return element(0x30, identifier, element(3, b"\0", point))


def brainpool():
    for curve in ("brainpoolP256r1", "brainpoolP384r1"):
        key = ec.generate_private_key(CURVES[curve])
        for bits, digest in HASHES.items():
            algorithm = f"EcdsaSha{bits}"
            der = key.sign(MESSAGE, ec.ECDSA(digest))
            r, s = decode_dss_signature(der)
            row(algorithm, True, curve, key, der)
            row(algorithm, False, f"{curve} other message", key, der, MESSAGE + b"!")
            row(algorithm, False, f"{curve} r + 1", key, encode_dss_signature(r + 1, s))
            row(algorithm, False, f"{curve} r is 0", key, encode_dss_signature(0, s))
            row(algorithm, False, f"{curve} trailing", key, der + b"\0")
            row("EcdsaSha1", False, f"{curve} as SHA-1", key, der)
        off = bytearray(spki(key))
        off[-1] ^= 1
        row("EcdsaSha512", False, f"{curve} point off the curve", bytes(off), der)
    key = ec.generate_private_key(CURVES["brainpoolP512r1"])
    row("EcdsaSha512", False, "brainpoolP512r1", key, key.sign(MESSAGE, ec.ECDSA(HASHES["512"])))


def explicit_parameters():
    for curve in DOMAINS:
        key = ec.generate_private_key(CURVES[curve])
        der = key.sign(MESSAGE, ec.ECDSA(HASHES["256"]))
        x, y = (bytes.fromhex(digits) for digits in DOMAINS[curve][3:5])
        compressed = bytes([2 + y[-1] % 2]) + x
        case = lambda good, name, **change: row(
            "EcdsaSha256", good, f"{curve} {name}", explicit(key, curve, **change), der
        )
        case(True, "explicit")
        case(True, "explicit, base point compressed", base=compressed)
        case(False, "explicit, other root", base=bytes([3 - y[-1] % 2]) + x)
        case(False, "explicit, cofactor 2", cofactor=2)
        # CVE-2020-0601: the victim's public point as base point, private key 1.
        numbers = key.public_key().public_numbers()
        size = len(x)
        point = b"\4" + numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")
        case(False, "explicit, base point of the attacker", base=point)


def sha1():
    for name, key in (("P-256", ec.generate_private_key(CURVES["P-256"])),
                      ("P-384", ec.generate_private_key(CURVES["P-384"]))):
        der = key.sign(MESSAGE, ec.ECDSA(hashes.SHA1()))
        row("EcdsaSha1", name == "P-256", f"{name} with SHA-1", key, der)
        row("EcdsaSha256", False, f"{name} made with SHA-1", key, der)
        row("EcdsaSha1", False, f"{name} with SHA-1, other message", key, der, b"other")
    key = rsa.generate_private_key(65537, 2048)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA1())
    row("RsaPkcs1Sha1", True, "RSA-2048 with SHA-1", key, signature)
    row("RsaPkcs1Sha1", False, "RSA-2048 with SHA-1, other message", key, signature, b"other")
    row("RsaPkcs1Sha256", False, "RSA-2048 made with SHA-1", key, signature)
    row("EcdsaSha1", False, "RSA-2048 as ECDSA", key, signature)


brainpool()
explicit_parameters()
sha1()
sys.stdout.write("\n".join(ROWS) + "\n")
