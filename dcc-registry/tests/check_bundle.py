"""Opens a bundle by docs/bundle.md alone, independently of the Rust code.

Usage: check_bundle.py BUNDLE SIGNER.pem; prints what it found as JSON. Needs the package
`cryptography`; without it the exit code is 3.
"""

import base64
import hashlib
import json
import sys
import zlib

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
except ImportError:
    sys.exit(3)


def item(data, at):
    """One CBOR item of the few kinds that bundles have."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True}[info], at
    if info < 24:
        argument = info
    else:
        size = {24: 1, 25: 2, 26: 4, 27: 8}[info]
        argument = int.from_bytes(data[at:at + size], "big")
        at += size
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major in (2, 3):
        value = data[at:at + argument]
        assert len(value) == argument, "truncated"
        return (value if major == 2 else value.decode()), at + argument
    if major == 4:
        members = []
        for _ in range(argument):
            member, at = item(data, at)
            members.append(member)
        return members, at
    if major == 5:
        members = {}
        for _ in range(argument):
            key, at = item(data, at)
            members[key], at = item(data, at)
        return members, at
    assert major == 6 and argument == 18, "an unexpected tag"
    return item(data, at)


def whole(data):
    value, end = item(data, 0)
    assert end == len(data), "trailing bytes"
    return value


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size = 1 if number < 1 << 8 else 2 if number < 1 << 16 else 4
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + number.to_bytes(size, "big")


def string(data):
    return head(2, len(data)) + data


def main(bundle, signer):
    with open(bundle, "rb") as file:
        magic, message, bodies = whole(file.read())
    assert magic == "dcc-bundle"
    with open(signer, "rb") as file:
        certificate = x509.load_pem_x509_certificate(file.read())
    protected, unprotected, payload, signature = whole(message)
    assert whole(protected)[1] == -7 and unprotected == {}
    signed = b"\x84" + b"\x6aSignature1" + string(protected) + string(b"dcc-bundle-1") + string(payload)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        certificate.public_key().verify(
            encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        sys.exit("the signature is wrong")
    header = whole(payload)
    assert header[1] == 1 and sorted(header) == [1, 2, 3, 4, 5]
    assert len(header[5]) == len(bodies)
    contents = {}
    for (name, (digest, coding, size, _critical)), body in zip(header[5].items(), bodies):
        if hashlib.sha256(body).digest() != digest:
            sys.exit(f"the section {name} was changed")
        contents[name] = zlib.decompress(body) if coding == 1 else body
        assert len(contents[name]) == size
    trust = contents["trust"]
    assert hashlib.sha256(trust[:-32]).digest() == trust[-32:]
    entries = whole(trust[:-32])[3]
    for entry in entries:
        if 2 in entry:
            assert hashlib.sha256(entry[2]).digest()[:8] == entry[1]
    print(json.dumps({
        "sequence": header[2],
        "created": header[3],
        "expires": header[4],
        "sections": list(header[5]),
        "trust": [base64.b64encode(entry[1]).decode() for entry in entries],
        "signers": len(whole(contents["signers"])) if "signers" in contents else 0,
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
