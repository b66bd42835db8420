"""Checks and issues certificates with python-cwt, a general COSE and CWT library.

It knows nothing of HC1 texts, so the prefix, base45 (RFC 9285) and zlib are done here.
"""

import base64
import json
import sys
import zlib

import cwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from form import base45_decode, base45_encode, key_of, public_pem

SIGN1 = b"\xd2"  # CBOR tag 18


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def verify(request):
    text = request["text"]
    if not text.startswith("HC1:"):
        raise ValueError("prefix")
    cose = zlib.decompress(base45_decode(text[4:]))
    # cwt.decode takes a bare claims map without any signature for a good one.
    if not cose.startswith(SIGN1):
        raise ValueError("not a tagged COSE_Sign1")
    der = base64.b64decode(request["cert"])
    key = key_of(x509.load_der_x509_certificate(der).public_key(), der, public_pem)
    payload = cwt.decode(cose, key)[-260][1]
    dose = payload["v"][0]
    return {
        "verdict": "accept",
        "read": {
            "fn": payload["nam"]["fn"],
            "gn": payload["nam"]["gn"],
            "dob": payload["dob"],
            "dn": dose["dn"],
            "sd": dose["sd"],
            "ci": dose["ci"],
        },
    }


def issue(request):
    private = serialization.load_der_private_key(base64.b64decode(request["key"]), None)
    key = key_of(private, base64.b64decode(request["cert"]), private_pem)
    claims = {
        1: request["country"],
        4: request["exp"],
        6: request["iat"],
        -260: {1: request["payload"]},
    }
    # Adds claim 5 (not before), which other issuers do not write.
    cose = cwt.encode(claims, key)
    return {"text": "HC1:" + base45_encode(zlib.compress(cose, 9))}


for line in sys.stdin:
    request = json.loads(line)
    issuing = request["op"] == "issue"
    try:
        answer = issue(request) if issuing else verify(request)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        answer = {"error": why} if issuing else {"verdict": "reject", "why": why}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
