"""Just enough of the HC1 text form to damage a certificate on purpose.

Not dcc's own code, and not a parser: the bytes to change are found by their value.
"""

import base64
import hashlib
import re
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def unpack(text):
    """The COSE bytes of a HC1 text."""
    out = bytearray()
    body = text.removeprefix("HC1:")
    for i in range(0, len(body), 3):
        group = [ALPHABET.index(c) for c in body[i : i + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(group))
        out += value.to_bytes(len(group) - 1, "big")
    return zlib.decompress(bytes(out))


def pack(cose):
    out = []
    data = zlib.compress(cose, 9)
    for i in range(0, len(data), 2):
        pair = data[i : i + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            out.append(ALPHABET[digit])
    return "HC1:" + "".join(out)


def flip_payload(text, payload):
    """One bit of the birth date, so that the certificate stays well-formed: 1987 -> 1986."""
    cose = bytearray(unpack(text))
    birth_date = payload["dob"].encode()
    at = cose.index(birth_date) + 3
    cose[at] ^= 1
    return pack(bytes(cose))


def flip_signature(text):
    """One bit of the signature's last byte, which is the last byte of the message."""
    cose = bytearray(unpack(text))
    cose[-1] ^= 1
    return pack(bytes(cose))


def replace_kid(text, old, new):
    """Another key's id in the header, so that a verifier looks up that key."""
    cose = unpack(text)
    if cose.count(old) != 1:
        raise ValueError("the key id does not stand in the message exactly once")
    return pack(cose.replace(old, new))


def write_form(text):
    """What dcc promises its readers about the bytes it writes; a list of broken promises."""
    body = text.removeprefix("HC1:")
    n = ALPHABET.index(body[0]) + 45 * ALPHABET.index(body[1]) + 2025 * ALPHABET.index(body[2])
    cose = unpack(text)
    broken = []
    if n >> 8 != 0x78:
        broken.append("zlib stream does not begin with 0x78")
    # Tag 18, array of 4, byte string holding {1: -7, 4: 8 bytes} or {1: -37, 4: 8 bytes}, {},
    # then the payload, a byte string with a length of one or two bytes.
    header = rb"\xd2\x84(?:\x4d\xa2\x01\x26|\x4e\xa2\x01\x38\x24)\x04\x48.{8}\xa0"
    match = re.match(header + rb"(?:\x58(.)|\x59(..))", cose, re.DOTALL)
    if not match:
        return [*broken, "header is not tag 18 with a minimal, definite-length {alg, kid}"]
    length = int.from_bytes(match.group(1) or match.group(2), "big")
    payload = cose[match.end() : match.end() + length]
    try:
        if _item(payload, 0) != len(payload):
            broken.append("bytes after the claims")
    except ValueError as error:
        broken.append(f"claims: {error}")
    return broken


def _item(data, at):
    """Walks one CBOR item and returns its end; refuses tags, indefinite and over-long lengths."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info >= 28 or major == 6:
        raise ValueError("a tag or an indefinite length")
    size = 1 << (info - 24) if info >= 24 else 0
    value = int.from_bytes(data[at : at + size], "big") if size else info
    at += size
    if major == 7:  # true, false, null, floats
        return at
    if size and value < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
        raise ValueError("a number or length longer than need be")
    if major in (2, 3):
        return at + value
    if major in (4, 5):
        for _ in range(value * (major - 3)):
            at = _item(data, at)
    return at


def pem_der(path):
    """The DER bytes of the first PEM block of a certificate file."""
    return base64.b64decode(_pem_body(path))


def key_der_base64(path):
    """Base64 of a PKCS#8 PEM key, as the drivers want it."""
    return _pem_body(path)


def _pem_body(path):
    block = re.search(r"-----BEGIN [^-]+-----([^-]+)-----END", path.read_text())
    return "".join(block.group(1).split())


def kid(cert_der):
    return hashlib.sha256(cert_der).digest()[:8]


def b64(data):
    return base64.b64encode(data).decode()
