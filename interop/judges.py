"""The foreign implementations: what each needs, how it is installed and how it is asked."""

import dataclasses
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INSTALL_SECONDS = 600
ASK_SECONDS = 120

MAVEN = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
JAVA = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", "lib/*", "Judge.java"]


@dataclasses.dataclass(frozen=True)
class Judge:
    name: str  # also the folder
    tools: tuple[str, ...]
    sources: tuple[str, ...]  # a change in one of these installs anew
    built: str  # the folder the last install command makes
    install: tuple[list[str], ...]
    ask: list[str]
    issues: bool = False

    @property
    def folder(self):
        return HERE / self.name

    def missing_tool(self):
        return next((tool for tool in self.tools if shutil.which(tool) is None), None)

    def prepare(self):
        """Installs what the driver needs, unless that was done from the same sources."""
        # Inside what was built, so that deleting that folder is enough to start afresh.
        stamp = self.folder / self.built / ".prepared"
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update((self.folder / source).read_bytes())
        # The commands count too: a changed command must run once more.
        digest.update(json.dumps(self.install).encode())
        if stamp.is_file() and stamp.read_text() == digest.hexdigest():
            return
        # All of it: a jar or module of an older pin must not stay on the path.
        shutil.rmtree(self.folder / self.built, ignore_errors=True)
        for command in self.install:
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=INSTALL_SECONDS,
            )
            if done.returncode != 0:
                said = f"{' '.join(command)} failed\n{done.stdout[-4000:]}"
                raise RuntimeError(f"{self.name}: {said}")
        stamp.write_text(digest.hexdigest())

    def answers(self, requests):
        """One process, JSON lines in, JSON lines out; see README.md. Answers by id."""
        if not requests:
            return {}
        done = subprocess.run(
            self.ask,
            cwd=self.folder,
            input="".join(json.dumps(request) + "\n" for request in requests),
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
        )
        answers = {}
        for line in done.stdout.splitlines():
            try:
                answer = json.loads(line)
                answers[answer["id"]] = answer
            except (ValueError, KeyError, TypeError):
                print(f"{self.name}: not an answer: {line[:200]}", file=sys.stderr)
        if done.returncode != 0 or len(answers) != len(requests):
            print(f"{self.name}: exit {done.returncode}\n{done.stderr[-4000:]}", file=sys.stderr)
        return answers


JUDGES = (
    Judge(
        name="swiss",
        tools=("mvn", "java"),
        sources=("pom.xml",),
        built="lib",
        install=(MAVEN,),
        ask=JAVA,
    ),
    Judge(
        name="swedish",
        tools=("mvn", "java"),
        sources=("pom.xml",),
        built="lib",
        install=(MAVEN,),
        ask=JAVA,
        issues=True,
    ),
    Judge(
        name="dcc-sdk",
        tools=("node", "npm"),
        sources=("package.json", "package-lock.json", "judge.mjs", "no-fetch.mjs", "build.mjs"),
        built="build",
        install=(["npm", "ci"], ["node", "build.mjs"]),
        ask=["node", "build/judge.mjs"],
        issues=True,
    ),
    Judge(
        name="dcc-utils",
        tools=("node", "npm"),
        sources=("package.json", "package-lock.json"),
        built="node_modules",
        install=(["npm", "ci"],),
        ask=["node", "judge.cjs"],
    ),
    Judge(
        name="python-cwt",
        tools=("python3",),
        sources=("requirements.txt",),
        built="venv",
        install=(
            ["python3", "-m", "venv", "--clear", "venv"],
            ["venv/bin/pip", "install", "-q", "--disable-pip-version-check"]
            + ["--no-deps", "-r", "requirements.txt"],
        ),
        ask=["venv/bin/python", "judge.py"],
        issues=True,
    ),
    Judge(
        name="go-cose",
        tools=("go",),
        sources=("go.mod", "go.sum", "judge.go"),
        built="build",
        install=(["go", "build", "-o", "build/judge", "."],),
        ask=["build/judge"],
    ),
)
