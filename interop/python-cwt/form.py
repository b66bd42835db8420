"""The HC1 text form and keys, for python-cwt."""

import hashlib

import cwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45_decode(text):
    out = bytearray()
    for i in range(0, len(text), 3):
        group = [ALPHABET.index(c) for c in text[i : i + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(group))
        out += value.to_bytes(len(group) - 1, "big")
    return bytes(out)


def base45_encode(data):
    out = []
    for i in range(0, len(data), 2):
        pair = data[i : i + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            out.append(ALPHABET[digit])
    return "".join(out)


def key_of(public_or_private, cert_der, encode):
    kid = hashlib.sha256(cert_der).digest()[:8]
    is_rsa = isinstance(public_or_private, (rsa.RSAPublicKey, rsa.RSAPrivateKey))
    alg = "PS256" if is_rsa else "ES256"
    return cwt.COSEKey.from_pem(encode(public_or_private), kid=kid, alg=alg)


def public_pem(key):
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
