"""Compares the cells with expected.json and writes the matrix."""

# Row keys are (group, kind, algorithm, payload) and, for foreign issues, one more: the issuer.
# Groups are signed, controls, issued; kinds are profiles, controls, kinds of issue.

CLAIM = "vn-nationality-claim"

CONTROLS = {
    "payload": "one bit of the payload flipped",
    "signature": "one bit of the signature flipped",
    "wrong-key": "trusting only another key",
    "forged-kid": "key id changed to that of the trusted other key",
    "expired": "expired ten minutes ago (issued by python-cwt)",
}

HEAD = """\
# Who reads what we write

Written by `interop/run --write-docs`; CI runs the same and fails where a cell differs from
`interop/expected.json` or this page from the run. How to run it, and the protocol of the
drivers: [interop/README.md](../interop/README.md).

`dcc` signs with fresh test keys; each judge is an implementation that is not ours, and trusts
exactly one document signer. "accept" also means that the judge read the same name, birth date,
dose numbers and certificate identifier as were signed. Each damaged or wrongly keyed control must
be refused, so no judge says yes to everything; the expired one shows who looks at `exp`.
"""


def expectation(expected, row, judge):
    """The declared word, or None where the cell is not declared."""
    group, kind = row[:2]
    declared = expected[group][kind]
    if judge == "zbarimg":  # reads pictures, and only signed rows have one
        return declared.get(judge)
    return declared.get(judge, declared["*"])


def differences(expected, cells, said):
    wrong = []
    for (row, judge), word in cells.items():
        # For foreign issues the one who may be excepted is the issuer; the verdict is ours.
        wanted = expectation(expected, row, row[4] if row[0] == "issued" else judge)
        if word != wanted:
            why = said.get((row, judge), "")
            wrong.append(f"{' / '.join(row)}: {judge} says {word}, expected {wanted}: {why}")
    return wrong


def table(head, lines):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out) + "\n"


def markdown(expected, cells, absent):
    """The page; in a run without some judges (absent) their cells say so."""
    judges = expected["judges"]
    rows = list(dict.fromkeys(row for row, _ in cells))

    def line(row, label):
        return [*label, *(cell(row, judge) for judge in judges)]

    def cell(row, judge):
        return "not run" if judge in absent else cells.get((row, judge), "–")

    titles = [judge["title"] for judge in judges.values()]
    signed = [
        line(row, (row[3], row[2].upper(), "yes" if row[1] != "eu" else "no"))
        for row in rows
        if row[0] == "signed"
    ]
    controls = [
        line(row, (CONTROLS[row[1]], row[2].upper())) for row in rows if row[0] == "controls"
    ]
    parts = [
        HEAD,
        "## The judges\n",
        table(
            ("judge", "library", "licence", "sees", "does not see"),
            [[j["title"], f"`{j['library']}`", j["licence"], j["sees"], j["blind"]]
             for j in judges.values()],
        ),
        "## Signed by dcc\n",
        table(("certificate", "algorithm", "nationality claim", *titles), signed),
        claim_refusals(expected, cells),
        "## Controls\n",
        table(("certificate", "algorithm", *titles), controls),
        "## Issued by others, checked by `dcc verify`\n",
        issued_table(judges, cells, rows),
    ]
    return "\n".join(parts)


def claim_refusals(expected, cells):
    """Who refuses a certificate because of the nationality claim, in one sentence."""
    refusers = []
    for name, judge in expected["judges"].items():
        for (row, of), word in cells.items():
            without = cells.get(((row[0], "eu", *row[2:]), name))
            if of == name and row[:2] == ("signed", CLAIM) and word != without:
                refusers.append(judge["title"])
                break
    return f"The nationality claim is refused by: {', '.join(refusers) or 'none of them'}.\n"


def issued_table(judges, cells, rows):
    """One line an issuer, kind and algorithm: the verdicts over all payloads."""
    verdicts = {}
    for row in rows:
        if row[0] == "issued":
            _, kind, algorithm, _, issuer = row
            verdicts.setdefault((issuer, kind, algorithm), []).append(cells[row, "dcc"])
    kinds = {"genuine": "as issued", "payload": CONTROLS["payload"], "expired": "already expired"}
    lines = [
        [
            judges[issuer]["title"],
            algorithm.upper(),
            kinds[kind],
            ", ".join(f"{word} {words.count(word)} of {len(words)}" for word in sorted(set(words))),
        ]
        for kind in kinds
        for (issuer, of, algorithm), words in verdicts.items()
        if of == kind
    ]
    return table(("issuer", "algorithm", "certificates", "dcc verify"), lines)
