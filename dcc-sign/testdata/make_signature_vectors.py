#!/usr/bin/env python3
"""Makes signature_vectors.txt with fresh throw-away keys (Python package `cryptography`).

One case a line: table, algorithm, verdict, name, SubjectPublicKeyInfo, message, signature; the
last three in hex. The verdict is what every provider must say.
"""

import hashlib
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

MESSAGE = b"to be signed"
P256_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ROWS = []


def spki(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def row(table, algorithm, good, name, key, signature, message=MESSAGE):
    verdict = "good" if good else "bad"
    key = key if isinstance(key, bytes) else spki(key)
    fields = [table, algorithm, verdict, name, key.hex(), message.hex(), signature.hex()]
    ROWS.append("|".join(fields))


def raw(r, s):
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def es256():
    key = ec.generate_private_key(ec.SECP256R1())
    other = ec.generate_private_key(ec.SECP256R1())
    der = key.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    low, high = min(s, P256_N - s), max(s, P256_N - s)

    def case(good, name, signature, signer=key, message=MESSAGE):
        row("hcert", "ES256", good, name, signer, signature, message)

    case(True, "low s", raw(r, low))
    case(True, "high s", raw(r, high))
    case(False, "another key", raw(r, s), other)
    case(False, "another message", raw(r, s), message=MESSAGE + b"!")
    case(False, "empty", b"")
    case(False, "63 bytes", raw(r, s)[:63])
    case(False, "65 bytes, zero in front", b"\0" + raw(r, s))
    case(False, "65 bytes, zero behind", raw(r, s) + b"\0")
    case(False, "66 bytes, each half padded", b"\0" + raw(r, s)[:32] + b"\0" + raw(r, s)[32:])
    case(False, "96 bytes as of P-384", raw(r, s) + bytes(32))
    case(False, "DER", der)
    case(False, "r is 0", raw(0, s))
    case(False, "s is 0", raw(r, 0))
    case(False, "all zero", bytes(64))
    case(False, "r is n", raw(P256_N, s))
    case(False, "s is n", raw(r, P256_N))
    case(False, "all ones", b"\xff" * 64)
    case(False, "r and s exchanged", raw(s, r))
    r384, s384 = decode_dss_signature(key.sign(MESSAGE, ec.ECDSA(hashes.SHA384())))
    case(False, "SHA-384", raw(r384, s384))
    for bit in range(0, 512, 37):
        changed = bytearray(raw(r, s))
        changed[bit // 8] ^= 1 << (bit % 8)
        case(False, f"bit {bit} changed", bytes(changed))
    secp256k1 = ec.generate_private_key(ec.SECP256K1())
    signature = raw(*decode_dss_signature(secp256k1.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))))
    case(False, "secp256k1", signature, secp256k1)


def mask(seed, length, algorithm):
    out = b""
    counter = 0
    while len(out) < length:
        out += hashlib.new(algorithm, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return out[:length]


def pss_block(bits, salt, trailer=0xBC, separator=1, padding_byte=0, top=0):
    """EMSA-PSS (RFC 8017 section 9.1.1) with faults on demand."""
    length = (bits - 1 + 7) // 8
    digest = hashlib.sha256(MESSAGE).digest()
    h = hashlib.sha256(bytes(8) + digest + salt).digest()
    zeros = bytearray([padding_byte] * (length - len(salt) - 32 - 2))
    db = bytes(zeros) + bytes([separator]) + salt
    masked = bytearray(a ^ b for a, b in zip(db, mask(h, len(db), "sha256")))
    spare = 8 * length - (bits - 1)
    masked[0] &= 0xFF >> spare
    masked[0] |= top
    return int.from_bytes(bytes(masked) + h + bytes([trailer]), "big")


def ps256():
    keys = {bits: rsa.generate_private_key(65537, bits) for bits in (2048, 2049, 3072, 4096)}
    key = keys[2048]
    numbers = key.private_numbers()
    n, d = numbers.public_numbers.n, numbers.d

    def case(good, name, signature, signer=key, message=MESSAGE):
        row("hcert", "PS256", good, name, signer, signature, message)

    def sign(signer, salt, mgf=None, digest=None):
        mgf, digest = mgf or hashes.SHA256(), digest or hashes.SHA256()
        return signer.sign(MESSAGE, padding.PSS(padding.MGF1(mgf), salt), digest)

    def block(**faults):
        return pow(pss_block(2048, b"s" * 32, **faults), d, n).to_bytes(256, "big")

    for bits, signer in keys.items():
        case(True, f"RSA-{bits}", sign(signer, 32), signer)
    good = sign(key, 32)
    case(True, "made by hand", block())
    case(False, "another key", good, keys[3072])
    case(False, "another message", good, message=MESSAGE + b"!")
    for salt in (0, 1, 20, 31, 33, 64, padding.PSS.MAX_LENGTH):
        case(False, f"salt of {salt if isinstance(salt, int) else 'the most'}", sign(key, salt))
    case(False, "MGF1 with SHA-1", sign(key, 32, hashes.SHA1()))
    case(False, "MGF1 with SHA-384", sign(key, 32, hashes.SHA384()))
    case(False, "SHA-384", sign(key, 32, hashes.SHA384(), hashes.SHA384()))
    case(False, "SHA-384 message, SHA-256 mask", sign(key, 32, hashes.SHA256(), hashes.SHA384()))
    case(False, "PKCS #1 1.5", key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()))
    case(False, "trailer CC", block(trailer=0xCC))
    case(False, "no separator", block(separator=0))
    case(False, "padding not zero", block(padding_byte=1))
    case(False, "empty", b"")
    case(False, "255 bytes", good[:255])
    case(False, "257 bytes, zero in front", b"\0" + good)
    case(False, "257 bytes, zero behind", good + b"\0")
    case(False, "zero", bytes(256))
    case(False, "one", bytes(255) + b"\1")
    case(False, "the modulus", n.to_bytes(256, "big"))
    case(False, "modulus minus one", (n - 1).to_bytes(256, "big"))
    for candidate in range(64):
        number = int.from_bytes(sign(key, 32), "big") + n
        if number < 1 << 2048:
            case(False, "above the modulus", number.to_bytes(256, "big"))
            break
    for bit in range(0, 2048, 211):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << (bit % 8)
        case(False, f"bit {bit} changed", bytes(changed))
    weak = rsa.generate_private_key(65537, 1024)
    case(False, "RSA-1024", sign(weak, 32), weak)
    three = rsa.generate_private_key(3, 2048)
    case(False, "exponent 3", sign(three, 32), three)


def confusion():
    point, modulus = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    signature = raw(*decode_dss_signature(point.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))))
    row("hcert", "PS256", False, "PS256 header, P-256 key", point, signature)
    pss = modulus.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    row("hcert", "ES256", False, "ES256 header, RSA key", modulus, pss)
    row("hcert", "ES256", False, "ES256 header, RSA key, 64 bytes", modulus, signature)


def certificates():
    hash_of = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    for curve_name, curve in curves.items():
        key = ec.generate_private_key(curve)
        for bits, digest in hash_of.items():
            der = key.sign(MESSAGE, ec.ECDSA(digest))
            algorithm = f"EcdsaSha{bits}"
            row("certificate", algorithm, True, curve_name, key, der)
            row("certificate", algorithm, False, f"{curve_name} other", key, der, MESSAGE + b"!")
            r, s = decode_dss_signature(der)
            row("certificate", algorithm, False, f"{curve_name} r + 1", key, encode_dss_signature(r + 1, s))
            row("certificate", algorithm, False, f"{curve_name} r is 0", key, encode_dss_signature(0, s))
            row("certificate", algorithm, False, f"{curve_name} trailing", key, der + b"\0")
            if der[1] < 0x80:
                long = b"\x30\x81" + der[1:]
                row("certificate", algorithm, False, f"{curve_name} long length", key, long)
            wrong = "EcdsaSha384" if bits == "256" else "EcdsaSha256"
            row("certificate", wrong, False, f"{curve_name} made with SHA-{bits}", key, der)
            row("certificate", "RsaPkcs1Sha256", False, f"{curve_name} as RSA", key, der)
        off = bytearray(spki(key))
        off[-1] ^= 1
        row("certificate", "EcdsaSha256", False, f"{curve_name} point off the curve", bytes(off),
            key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    for size, sizes_hashes in ((2048, ("256", "384", "512")), (3072, ("256",)), (8192, ("512",))):
        key = rsa.generate_private_key(65537, size)
        for bits in sizes_hashes:
            digest = hash_of[bits]
            pkcs1 = key.sign(MESSAGE, padding.PKCS1v15(), digest)
            pss = key.sign(MESSAGE, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
            long = key.sign(MESSAGE, padding.PSS(padding.MGF1(digest), 20), digest)
            for name, signature in (("Pkcs1", pkcs1), ("Pss", pss)):
                algorithm = f"Rsa{name}Sha{bits}"
                row("certificate", algorithm, True, f"RSA-{size}", key, signature)
                row("certificate", algorithm, False, f"RSA-{size} other", key, signature, b"other")
                row("certificate", algorithm, False, f"RSA-{size} short", key, signature[:-1])
            row("certificate", f"RsaPssSha{bits}", False, f"RSA-{size} salt of 20", key, long)
            row("certificate", f"RsaPssSha{bits}", False, f"RSA-{size} PKCS #1 1.5", key, pkcs1)
            row("certificate", f"RsaPkcs1Sha{bits}", False, f"RSA-{size} PSS", key, pss)
            row("certificate", f"EcdsaSha{bits}", False, f"RSA-{size} as ECDSA", key, pkcs1)
    weak = rsa.generate_private_key(65537, 1024)
    signature = weak.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    row("certificate", "RsaPkcs1Sha256", False, "RSA-1024", weak, signature)


es256()
ps256()
confusion()
certificates()
with open(sys.argv[1] if len(sys.argv) > 1 else "signature_vectors.txt", "w") as out:
    out.write("\n".join(ROWS) + "\n")
