"""Reads a whole campaign with python-cwt and holds every certificate to the campaign's own tables.

    campaign.py CAMPAIGN TABLES AT

CAMPAIGN is the folder of `dcc issue`, TABLES that of `dcc synth`, AT the moment of the issue. Every
line of certificates.txt must pass under CAMPAIGN/trust/dsc, every person of truth.jsonl who is
issued must have exactly one, and what it says must be what doses.csv, truth.jsonl and
certificates.jsonl say. Nothing here is dcc's own code. Exit 1 and one line for each fault.

The expiry is held to AT and not to today: a campaign of 2022 has run out.
"""

import csv
import datetime
import json
import pathlib
import re
import sys
import unicodedata
import zlib

import cbor2
import cwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from form import base45_decode, key_of, public_pem

# mp, ma, and vp as issued until 24 January 2023, by the word of truth.jsonl.
CODES = {
    "az": ("EU/1/21/1529", "ORG-100001699", "J07BX03"),
    "sputnik": ("Sputnik-V", "Gamaleya-Research-Institute", "J07BX03"),
    "verocell": ("BBIBP-CorV", "ORG-100020693", "J07BX03"),
    "pfizer": ("EU/1/20/1528", "ORG-100030215", "1119349007"),
    "moderna": ("EU/1/20/1507", "ORG-100031184", "1119349007"),
    "janssen": ("EU/1/20/1525", "ORG-100001417", "J07BX03"),
    "hayat": ("Hayat-Vax", "ORG-100023050", "J07BX03"),
    "abdala": ("Abdala", "CIGB", "J07BX03"),
}


def keys(folder):
    """Every document signer of a folder, by key id."""
    found = {}
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        load = x509.load_pem_x509_certificate
        if not data.startswith(b"-----"):
            load = x509.load_der_x509_certificate
        certificate = load(data)
        der = certificate.public_bytes(Encoding.DER)
        key = key_of(certificate.public_key(), der, public_pem)
        found[key.kid] = (key, certificate.not_valid_after_utc.timestamp())
    return found


def read(text, trusted, at):
    """The payload of a certificate whose signature passes."""
    if not text.startswith("HC1:"):
        raise ValueError("prefix")
    cose = zlib.decompress(base45_decode(text[4:]))
    outer = cbor2.loads(cose)
    if not isinstance(outer, cbor2.CBORTag) or outer.tag != 18:
        raise ValueError("not a tagged COSE_Sign1")
    kid = cbor2.loads(outer.value[0]).get(4)
    if kid not in trusted:
        raise ValueError("no such document signer")
    key, until = trusted[kid]
    claims = cbor2.loads(cwt.COSE.new().decode(cose, key))
    if claims[1] != "VN":
        raise ValueError(f"iss {claims[1]}")
    issued, expires = claims[6], claims[4]
    if not at <= issued < at + 86400 or not issued < expires <= until:
        raise ValueError(f"iat {issued}, exp {expires}, signer until {until}")
    begins, ends = (datetime.datetime.fromtimestamp(t, datetime.timezone.utc) for t in (issued, expires))
    if ends != begins.replace(year=begins.year + 1):
        raise ValueError("not twelve calendar months")
    return claims[-260][1]


# Letters that are typed for Đ, and letters whose ICAO form is not their base letter.
LOOKALIKES = str.maketrans("\u00d0\u0189\u00f0\u0256", "ĐĐđđ")
ICAO = str.maketrans(
    {"Đ": "D", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Æ": "AE", "Ø": "OE", "ẞ": "SS"}
    | {"'": "", "’": ""}
)


def plain(text):
    """A name without what clerks and programs add to it: normal form, spaces, invisible marks."""
    text = unicodedata.normalize("NFC", text).translate(LOOKALIKES)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(text.split())


def icao(text):
    """The form of a name by ICAO 9303-3."""
    text = unicodedata.normalize("NFC", text).replace("ß", "ẞ").upper().translate(ICAO)
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub(r"[^A-Z]+", "<", "".join(letters))


def day(text):
    """yyyy-mm-dd, dd/mm/yyyy, or a part of one, as ISO."""
    return "-".join(reversed(text.split("/"))) if "/" in text else text


def tables(folder):
    """Subjects of doses.csv by reference, and of truth.jsonl those who are issued."""
    people = {}
    with open(folder / "doses.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            people.setdefault(row["subject_ref"], []).append(row)
    truth = {}
    for line in (folder / "truth.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry.get("yes_no", {}).get("state") == "issued":
            truth[entry["subject_ref"]] = entry
    return people, truth


def differences(payload, rows, truth, line):
    """What a certificate says otherwise than the tables."""
    dose, name = payload["v"][0], payload["nam"]
    printed = " ".join(part for part in (name.get("fn"), name.get("gn")) if part)
    standard = "<".join(part for part in (name.get("fnt"), name.get("gnt")) if part)
    stated = {plain(row["full_name"]) for row in rows}
    mp, ma, vp = CODES[truth["vaccine"]]
    pairs = [
        ("name", printed.casefold() in {one.casefold() for one in stated}, True),
        ("standard name", standard, icao(printed)),
        ("dob", payload["dob"] in {day(row["birth_date"].strip()) for row in rows}, True),
        ("dn", dose["dn"], truth["dn"]),
        ("sd", dose["sd"], truth["sd"]),
        ("dt", dose["dt"], truth["date"]),
        ("mp", dose["mp"], mp),
        ("ma", dose["ma"], ma),
        ("vp", dose["vp"], vp),
        ("tg", dose["tg"], "840539006"),
        ("co", dose["co"], "VN"),
        ("members", sorted(payload), ["dob", "nam", "v", "ver"]),
        ("line dn, sd", (line["dn"], line["sd"]), (dose["dn"], dose["sd"])),
        ("line name", line["passport"]["name"], printed),
        ("line birth date", day(line["passport"]["birth_date"]), payload["dob"]),
        ("line date", day(line["passport"]["date"]), dose["dt"]),
        ("line uvci", line["uvci"], dose["ci"]),
        ("line passport id", line["passport"]["certificate_id"], dose["ci"]),
    ]
    unlike = [pair for pair in pairs if pair[1] != pair[2]]
    return [f"{what}: {found!r} is not {wanted!r}" for what, found, wanted in unlike]


def main():
    campaign, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    at = datetime.datetime.fromisoformat(sys.argv[3]).timestamp()
    trusted = keys(campaign / "trust" / "dsc")
    people, truth = tables(folder)
    lines = (campaign / "certificates.jsonl").read_text().splitlines()
    lines = [json.loads(line) for line in lines]
    texts = (campaign / "certificates.txt").read_text().splitlines()
    faults, seen, ids = [], set(), set()
    if [line["hc1"] for line in lines] != texts:
        faults.append("certificates.txt and certificates.jsonl are not of the same certificates")
    by_text = {line["hc1"]: line for line in lines}
    for number, text in enumerate(texts, 1):
        try:
            payload = read(text, trusted, at)
            line = by_text[text]
            subject = line["subject_ref"]
            found = differences(payload, people[subject], truth[subject], line)
        except Exception as error:
            faults.append(f"line {number}: rejected: {type(error).__name__}: {error}")
            continue
        faults += [f"line {number} ({subject}): {fault}" for fault in found]
        if subject in seen or payload["v"][0]["ci"] in ids:
            faults.append(f"line {number} ({subject}): a second certificate")
        seen.add(subject)
        ids.add(payload["v"][0]["ci"])
    faults += [f"{subject}: no certificate" for subject in sorted(truth.keys() - seen)]
    for fault in faults:
        print(fault)
    print(f"python-cwt: {len(texts)} certificates, {len(truth)} people, {len(faults)} faults")
    sys.exit(1 if faults or not texts else 0)


if __name__ == "__main__":
    main()
