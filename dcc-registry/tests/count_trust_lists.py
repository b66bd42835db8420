"""Counts real trust lists a second time, with the Python 3 standard library alone.

Usage: count_trust_lists.py TESTDATA NOW

Prints one JSON object, which the Rust tests compare with what dcc-registry makes of the same
files. Nothing here is shared with the Rust code: X.509 is read by the few lines below, ECDSA and
RSA are textbook arithmetic on public values.
"""

import base64
import collections
import datetime
import gzip
import hashlib
import json
import os
import sys

# -- DER and BER ---------------------------------------------------------------------------------


def tlv(data, at=0):
    """(tag, content, whole, next position); the indefinite length is not needed here."""
    tag, first, start = data[at], data[at + 1], at + 2
    length = first
    if first & 0x80:
        count = first & 0x7F
        length = int.from_bytes(data[start:start + count], "big")
        start += count
    end = start + length
    return tag, data[start:end], data[at:end], end


def children(data):
    found, at = [], 0
    while at < len(data):
        tag, content, whole, at = tlv(data, at)
        found.append((tag, content, whole))
    return found


def oid(content):
    parts, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(value)
            value = 0
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, [first, parts[0] - 40 * first] + parts[1:]))


def instant(tag, content):
    text = content.decode()
    if tag == 0x17:
        text = ("20" if text < "50" else "19") + text
    moment = datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ")
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


class Certificate:
    def __init__(self, der):
        self.der = der
        body, algorithm, signature = children(tlv(der)[1])
        self.signed = body[2]
        self.algorithm = algorithm[1]
        self.signature = signature[1][1:]
        parts = children(body[1])
        if parts[0][0] == 0xA0:
            parts = parts[1:]
        self.serial = int.from_bytes(parts[0][1], "big")
        self.issuer, self.subject = parts[2][2], parts[4][2]
        times = children(parts[3][1])
        self.not_before, self.not_after = (instant(t[0], t[1]) for t in times)
        self.key = parts[5][2]
        self.ca, self.usage = False, None
        for part in parts[6:]:
            if part[0] == 0xA3:
                self.extensions(part[1])

    def extensions(self, content):
        for _, extension, _ in children(tlv(content)[1]):
            members = children(extension)
            name, value = oid(members[0][1]), members[-1][1]
            if name == "2.5.29.19":
                inner = children(tlv(value)[1])
                self.ca = bool(inner and inner[0][0] == 1 and inner[0][1] != b"\0")
            if name == "2.5.29.15":
                self.usage = tlv(value)[1][1]

    def thumbprint(self):
        return hashlib.sha256(self.der).digest()

    def kid(self):
        return base64.b64encode(self.thumbprint()[:8]).decode()

    def countries(self):
        found = []
        for _, relative, _ in children(tlv(self.subject)[1]):
            for _, member, _ in children(relative):
                name, value = children(member)
                if oid(name[1]) == "2.5.4.6":
                    found.append(value[1].decode())
        return found


# -- signatures ----------------------------------------------------------------------------------

HASHES = {
    "1.2.840.10045.4.1": "sha1", "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512",
    "1.2.840.113549.1.1.11": "sha256", "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

# p, a, b, generator, order: SEC 2 and RFC 5639.
CURVES = {
    "1.2.840.10045.3.1.7": (
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF, -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551),
    "1.3.132.0.34": (
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF, -3,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973),
    "1.3.132.0.35": (
        2 ** 521 - 1, -3,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
        int("1" + "F" * 65 + "A51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409", 16)),
    "1.3.36.3.3.2.8.1.1.7": (
        0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
        0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
        0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
        0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
        0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
        0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7),
    "1.3.36.3.3.2.8.1.1.11": (
        0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53,
        0x7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826,
        0x04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11,
        0x1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E,
        0x8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315,
        0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565),
    "1.3.36.3.3.2.8.1.1.13": (
        0xAADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA703308717D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3,
        0x7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA,
        0x3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CADC083E67984050B75EBAE5DD2809BD638016F723,
        0x81AEE4BDD82ED9645A21322E9C4C6A9385ED9F70B5D916C1B43B62EEF4D0098EFF3B1F78E2D0D48D50D1687B93B97D5F7C6D5047406A5E688B352209BCB9F822,
        0x7DDE385D566332ECC0EABFA9CF7822FDF209F70024A57B1AA000C55B881F8111B2DCDE494A5F485E5BCA4BD88A2763AED1CA2B2FA8F0540678CD1E0F3AD80892,
        0xAADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870553E5C414CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069),
}


def curve_of(parameters):
    tag, content, _ = parameters
    if tag == 6:
        return CURVES[oid(content)]
    # Explicit parameters: version, field, curve, base, order.
    parts = children(content)
    prime = int.from_bytes(children(parts[1][1])[1][1], "big")
    for curve in CURVES.values():
        if curve[0] == prime and int.from_bytes(parts[4][1], "big") == curve[5]:
            return curve
    raise ValueError("unknown curve")


def add(curve, left, right):
    p, a = curve[0], curve[1]
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % p == 0:
            return None
        slope = (3 * left[0] ** 2 + a) * pow(2 * left[1], -1, p)
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, p)
    x = (slope * slope - left[0] - right[0]) % p
    return x, (slope * (left[0] - x) - left[1]) % p


def multiply(curve, factor, point):
    result = None
    for bit in bin(factor)[2:]:
        result = add(curve, result, result)
        if bit == "1":
            result = add(curve, result, point)
    return result


def verify_ecdsa(spki, digest, signature):
    algorithm, key = children(tlv(spki)[1])
    curve = curve_of(children(algorithm[1])[1])
    p, a, b, gx, gy, n = curve
    size = (p.bit_length() + 7) // 8
    point = key[1][2:]
    if key[1][1] != 4 or len(point) != 2 * size:
        return False
    x, y = int.from_bytes(point[:size], "big"), int.from_bytes(point[size:], "big")
    if (y * y - x ** 3 - a * x - b) % p:
        return False
    r, s = (int.from_bytes(part[1], "big") for part in children(tlv(signature)[1]))
    if not (0 < r < n and 0 < s < n):
        return False
    e = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - n.bit_length())
    w = pow(s, -1, n)
    found = add(curve, multiply(curve, e * w % n, (gx, gy)), multiply(curve, r * w % n, (x, y)))
    return found is not None and found[0] % n == r


PREFIX = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}


def rsa_block(spki, signature):
    key = children(tlv(children(tlv(spki)[1])[1][1][1:])[1])
    n, e = (int.from_bytes(part[1], "big") for part in key)
    size = (n.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    block = pow(value, e, n).to_bytes(size, "big") if len(signature) == size and value < n else b""
    return block, n.bit_length()


def verify_pkcs1(spki, name, digest, signature):
    block, _ = rsa_block(spki, signature)
    info = bytes.fromhex(PREFIX[name]) + digest
    return block == b"\0\1" + b"\xff" * (len(block) - len(info) - 3) + b"\0" + info


def verify_pss(spki, parameters, message, signature):
    hash_name, mgf_name, salt = "sha1", "sha1", 20
    for tag, content, _ in children(parameters):
        if tag == 0xA0:
            hash_name = HASHES[oid(children(tlv(content)[1])[0][1])]
        if tag == 0xA1:
            mgf_name = HASHES[oid(children(children(tlv(content)[1])[1][1])[0][1])]
        if tag == 0xA2:
            salt = int.from_bytes(tlv(content)[1], "big")
    block, bits = rsa_block(spki, signature)
    digest = hashlib.new(hash_name, message).digest()
    size = (bits - 1 + 7) // 8
    block = block[-size:]
    if not block or block[-1] != 0xBC:
        return False
    masked, h = block[:size - len(digest) - 1], block[size - len(digest) - 1:-1]
    mask = b"".join(hashlib.new(mgf_name, h + i.to_bytes(4, "big")).digest() for i in range(32))
    data = bytearray(x ^ y for x, y in zip(masked, mask))
    data[0] &= 0xFF >> (8 * size - (bits - 1))
    padding = len(data) - salt
    if any(data[:padding - 1]) or data[padding - 1] != 1:
        return False
    again = hashlib.new(hash_name, b"\0" * 8 + digest + bytes(data[padding:])).digest()
    return again == h


def verify(spki, algorithm, message, signature):
    parts = children(algorithm)
    name = oid(parts[0][1])
    try:
        if HASHES.get(name) == "sha1":
            return False
        if name == "1.2.840.113549.1.1.10":
            return verify_pss(spki, parts[1][1], message, signature)
        digest = hashlib.new(HASHES[name], message).digest()
        if name.startswith("1.2.840.10045"):
            return verify_ecdsa(spki, digest, signature)
        return verify_pkcs1(spki, HASHES[name], digest, signature)
    except (KeyError, ValueError, IndexError):
        return False


def verify_attached(message, content, signer):
    """CMS in DER with its content inside, signed by exactly this certificate."""
    parts = children(tlv(children(tlv(message)[1])[1][1])[1])
    inside = tlv(children(parts[2][1])[1][1])[1]
    certificates = [whole for tag, part, _ in parts if tag == 0xA0 for _, _, whole in children(part)]
    info = children(children(parts[-1][1])[0][1])
    if inside != content or certificates != [signer.der]:
        return False
    digest_name = HASHES[oid(children(info[2][1])[0][1])]
    digest = hashlib.new(digest_name, content).digest()
    signed = content
    if info[3][0] == 0xA0:
        attributes = {}
        for _, attribute, _ in children(info[3][1]):
            kind, values = children(attribute)
            attributes[oid(kind[1])] = children(values[1])[0][1]
        if attributes["1.2.840.113549.1.9.4"] != digest:
            return False
        signed = b"\x31" + info[3][2][1:]
    signature = info[-1] if info[-1][0] == 4 else info[-2]
    return verify_ecdsa(signer.key, hashlib.new(digest_name, signed).digest(), signature[1])


# -- lists ---------------------------------------------------------------------------------------


def read(root, *path):
    name = os.path.join(root, *path)
    opened = gzip.open(name) if name.endswith(".gz") else open(name, "rb")
    with opened as file:
        return json.loads(file.read())


def usable(spki):
    """Whether a key may verify an HCERT: P-256, or RSA of 2048 to 4096 bits with e = 65537."""
    algorithm, key = children(tlv(spki)[1])
    name = children(algorithm[1])
    if oid(name[0][1]) == "1.2.840.10045.2.1":
        try:
            return curve_of(name[1]) is CURVES["1.2.840.10045.3.1.7"]
        except (ValueError, KeyError):
            return False
    n, e = (int.from_bytes(part[1], "big") for part in children(tlv(key[1][1:])[1]))
    return 2048 <= n.bit_length() <= 4096 and e == 65537


def signs(certificate):
    return not certificate.ca and (certificate.usage is None or certificate.usage & 0x80)


def summary(kids, countries, anchors, rejected):
    return {
        "signers": len(kids),
        "anchors": anchors,
        "rejected": rejected,
        "kids": hashlib.sha256("\n".join(sorted(kids)).encode()).hexdigest(),
        "countries": dict(sorted(collections.Counter(countries).items())),
    }


def certificates(items):
    """Counts certificates as entries of a list; a country that the list names is the one."""
    kids, countries, anchors, rejected = [], [], 0, 0
    for der, country in items:
        certificate = Certificate(der)
        if not signs(certificate):
            anchors += 1
        elif not usable(certificate.key):
            rejected += 1
        else:
            kids.append(certificate.kid())
            names = [country] if country else certificate.countries()
            countries.append(names[0].upper() if len(names) == 1 else "?")
    return summary(kids, countries, anchors, rejected)


def mirrors(root):
    found = {}
    for name in ("at", "de", "se"):
        items = read(root, "trustlists", f"trustlist_{name}.min.json.gz")["certificates"]
        found[name] = certificates(
            (base64.b64decode(item["rawData"]), item.get("country")) for item in items)
    items = read(root, "trustlists", "trustlist_pl.min.json.gz")
    found["pl"] = certificates((base64.b64decode(item["certyfikat"]), None) for item in items)
    for name in ("fr", "it"):
        items = read(root, "trustlists", f"trustlist_{name}.min.json.gz")
        kids, countries, rejected = [], [], 0
        for kid, item in items.items():
            if not usable(base64.b64decode(item["publicKeyPem"])):
                rejected += 1
                continue
            kids.append(kid)
            named = [part[2:] for part in item["subject"].split(", ") if part.startswith("C=")]
            countries.append(named[0].upper() if len(named) == 1 else "?")
        found[name] = summary(kids, countries, 0, rejected)
    items = read(root, "trustlists", "trustlist_ch.min.json.gz")
    keys = [(kid, key) for kid, listed in items.items() for key in listed]
    good = [kid for kid, key in keys if key["use"] == "sig" or set(key["use"]) <= set("tvr")]
    found["ch"] = summary(good, ["?"] * len(good), 0, len(keys) - len(good))
    items = read(root, "trustlists", "trustlist_nl.raw.keys.json.gz")["eu_keys"]
    keys = [(kid, key) for kid, listed in items.items() for key in listed]
    good = [(kid, key) for kid, key in keys if usable(base64.b64decode(key["subjectPk"]))]
    found["nl"] = summary(
        [kid for kid, _ in good], [key["ian"] for _, key in good], 0, len(keys) - len(good))
    items = read(root, "cms", "dccg-dsc-detached.json")["items"]
    found["dccg"] = certificates(
            (base64.b64decode(item["rawData"]), item.get("country")) for item in items)
    return found


# The two-letter codes which WHO's onboarding material uses beside ISO 3166-1.
ALPHA_2 = {
    "ALB": "AL", "AND": "AD", "ARM": "AM", "BEL": "BE", "BEN": "BJ", "BRA": "BR", "CYP": "CY",
    "CZE": "CZ", "ESP": "ES", "EST": "EE", "FIN": "FI", "FRA": "FR", "FRO": "FO", "IDN": "ID",
    "IOM": "IO", "IRL": "IE", "ISL": "IS", "LTU": "LT", "LVA": "LV", "MCO": "MC", "MLT": "MT",
    "MYS": "MY", "NLD": "NL", "NZL": "NZ", "OMN": "OM", "POL": "PL", "PRT": "PT", "SGP": "SG",
    "SMR": "SM", "SVK": "SK", "SVN": "SI", "SWE": "SE", "TGO": "TG", "THA": "TH", "TUR": "TR",
    "XXH": "XH",
}


def documents(root):
    """Both generations of WHO's DID documents, taken at their word."""
    found = {}
    for version in ("v1", "v2"):
        methods = read(root, "did", f"{version}-trustlist.did.json.gz")["verificationMethod"]
        signers, authorities, exchange = [], 0, 0
        for method in methods:
            usage = method.get("keyusage", {"code": "#DSC"})["code"]
            der = base64.b64decode(method["publicKeyJwk"]["x5c"][0])
            signers += [(der, None)] if usage == "#DSC" else []
            authorities += usage == "#CSCA"
            exchange += usage == "#DECA"
        found[version] = certificates(signers)
        found[version].update(methods=len(methods), authorities=authorities, exchange=exchange)
    return found


def gdhcn(root, now):
    """The path from the pinned trust anchor to each document signer of the v2 document."""
    with open(os.path.join(root, "cms", "tng-ta-prod.cert.pem")) as file:
        text = file.read()
    anchor = Certificate(base64.b64decode("".join(text.split("-----")[2].split())))
    signed = collections.defaultdict(list)
    refused = 0
    for item in read(root, "cms", "tng-ta-signed-prod.json")["items"]:
        der = base64.b64decode(item["certificateRawData"])
        message = base64.b64decode(item["trustAnchorSignature"])
        if item["certificateThumbprint"].lower() != hashlib.sha256(der).hexdigest():
            refused += 1
        elif not verify_attached(message, der, anchor):
            refused += 1
        elif Certificate(der).ca:
            signed[item["country"]].append(Certificate(der))
    methods = read(root, "did", "v2-trustlist.did.json.gz")["verificationMethod"]
    count = collections.Counter()
    authorities = collections.Counter()
    for method in methods:
        certificate = Certificate(base64.b64decode(method["publicKeyJwk"]["x5c"][0]))
        country = ALPHA_2[method["participant"]["code"][1:]]
        known = signed[country]
        if method["keyusage"]["code"] == "#CSCA":
            listed = any(other.der == certificate.der for other in known)
            authorities["signed" if listed else "unsigned"] += 1
        if method["keyusage"]["code"] != "#DSC":
            continue
        named = [ca for ca in known if ca.subject == certificate.issuer]
        issuers = [
            ca for ca in named
            if verify(ca.key, certificate.algorithm, certificate.signed, certificate.signature)
        ]
        timely = [ca for ca in issuers if ca.not_before <= certificate.not_before <= ca.not_after]
        if timely:
            count["chained"] += 1
            count["chained-expired"] += certificate.not_after < now
        elif issuers:
            count["issuer-not-valid-then"] += 1
        elif named and HASHES.get(oid(children(certificate.algorithm)[0][1])) == "sha1":
            count["sha-1"] += 1
        elif named:
            count["signature-wrong"] += 1
        else:
            count["issuer-unknown"] += 1
        count["expired"] += certificate.not_after < now
    return {
        "signers": dict(sorted(count.items())),
        "authorities": dict(sorted(authorities.items())),
        "material-refused": refused,
    }


def main(root, now):
    print(json.dumps({
        "mirrors": mirrors(root),
        "documents": documents(root),
        "gdhcn": gdhcn(root, now),
    }, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
