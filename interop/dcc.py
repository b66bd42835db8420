"""The binary under test, and the keys it makes."""

import json
import os
import pathlib
import subprocess
import sys

import hc1
from judges import HERE

ROOT = HERE.parent


class Dcc:
    """The binary under test."""

    def __init__(self):
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        self.path = pathlib.Path(os.environ.get("DCC_BIN", target / "release" / "dcc")).absolute()
        if not self.path.is_file():
            build = ["cargo", "build", "--release", "--bin", "dcc"]
            subprocess.run(build, cwd=ROOT, check=True)

    def call(self, *arguments, check=True, timeout=60):
        done = subprocess.run(
            [self.path, *map(str, arguments)], capture_output=True, text=True, timeout=timeout
        )
        if check and done.returncode != 0:
            sys.exit(f"dcc {arguments[0]} failed: {done.stderr or done.stdout}")
        return done.stdout

    def keygen(self, algorithm, folder):
        self.call("keygen", "--country", "VN", "--alg", algorithm, "--out", folder)
        return Keys(folder)

    def sign(self, payload, keys, profile, picture):
        options = ["--key", keys.folder / "dsc-key.pem", "--cert", keys.dsc_path]
        options += ["--profile", profile, "--qr", picture]
        if profile != "eu":
            options += ["--nationality", "VN"]
        # Only the line end goes: a trailing space belongs to a HC1 text.
        return self.call("sign", payload, *options).removesuffix("\n")

    def verify(self, texts, trust, folder):
        """One verdict a text, all in one call."""
        lines = folder / "issued.txt"
        lines.write_text("".join(text + "\n" for text in texts))
        options = [option for keys in trust for option in ("--trust", keys.dsc_path)]
        out = self.call("verify", lines, *options, "--json", check=False)
        verdicts = [json.loads(line) for line in out.splitlines()]
        if len(verdicts) != len(texts):
            sys.exit(f"dcc verify: {len(verdicts)} verdicts for {len(texts)} texts")
        return verdicts


class Keys:
    """A document signer as the drivers get it."""

    def __init__(self, folder):
        self.folder = folder
        self.dsc_path = folder / "dsc.pem"
        der = hc1.pem_der(self.dsc_path)
        self.kid = hc1.kid(der)
        self.cert = hc1.b64(der)
        self.key = hc1.key_der_base64(folder / "dsc-key.pem")
