//! Keys and certificates made for a test, and OpenSSL as the other side.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use dcc_registry::cms::{CmsDraft, ContentKind};
use dcc_sign::test_keys::TestPki;
use dcc_sign::{Algorithm, LocalSigner, SignRequest, Signer, provider};

/// A certificate and its key.
pub(crate) struct Party {
    pub(crate) certificate: Vec<u8>,
    pub(crate) key_pem: Vec<u8>,
    pub(crate) algorithm: Algorithm,
}

/// An upload certificate of a fresh test PKI.
pub(crate) fn party(algorithm: Algorithm) -> Party {
    let pki = TestPki::generate("VN", algorithm, "2026-01-01".parse().unwrap()).unwrap();
    Party {
        certificate: pem::parse(pki.dsc_pem()).unwrap().into_contents(),
        key_pem: pki.dsc_key_pem().as_bytes().to_vec(),
        algorithm,
    }
}

impl Party {
    /// Signs a draft.
    pub(crate) fn sign(&self, draft: CmsDraft) -> Vec<u8> {
        let provider = provider::aws_lc::provider();
        let signer = LocalSigner::from_pkcs8(&self.key_pem, None, &provider).unwrap();
        let prepared = draft.prepare(&self.certificate, self.algorithm).unwrap();
        let request = SignRequest::new(prepared.to_be_signed());
        let signature = pollster::block_on(signer.sign_batch(&[request], None)).remove(0);
        prepared.finish(&provider, &signature.unwrap()).unwrap()
    }
}

/// A content of each kind that is a text.
pub(crate) const RULE: &[u8] = br#"{"Identifier":"GR-VN-0001","Version":"1.0.0","Logic":{}}"#;

/// The draft of a rule.
pub(crate) fn rule() -> CmsDraft {
    CmsDraft::new(ContentKind::Rule, RULE.to_vec()).unwrap()
}

/// OpenSSL in a folder of its own.
pub(crate) struct OpenSsl {
    folder: tempfile::TempDir,
}

impl OpenSsl {
    /// `None`, said plainly, where there is no OpenSSL.
    pub(crate) fn find() -> Option<Self> {
        let version = Command::new("openssl").arg("version").output();
        if !version.is_ok_and(|version| version.status.success()) {
            println!("openssl absent: not run");
            return None;
        }
        Some(Self {
            folder: tempfile::tempdir().unwrap(),
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs OpenSSL in the folder; says whether it succeeded.
    pub(crate) fn succeeds(&self, arguments: &str) -> bool {
        let mut command = Command::new("openssl");
        command
            .current_dir(self.folder.path())
            .args(arguments.split_whitespace());
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    /// Runs OpenSSL in the folder.
    pub(crate) fn run(&self, arguments: &str) {
        let mut command = Command::new("openssl");
        let output = command
            .current_dir(self.folder.path())
            .args(arguments.split_whitespace())
            .output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {said}");
    }

    /// Makes `NAME.key` by these arguments of `genpkey`.
    pub(crate) fn key(&self, name: &str, arguments: &str) {
        self.run(&format!("genpkey {arguments} -out {name}.key"));
    }

    /// Makes a CSCA `NAME.der` and `NAME.pem` for `NAME.key`.
    pub(crate) fn authority(&self, name: &str, country: &str, arguments: &str) -> Vec<u8> {
        let subject = format!("/C={country}/CN=CSCA");
        self.run(&format!(
            "req -x509 -new -key {name}.key -subj {subject} -days 30 {arguments} -out {name}.pem \
             -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
             -addext keyUsage=critical,keyCertSign"
        ));
        self.der(name)
    }

    /// Makes a signer's certificate `NAME.der` and `NAME.pem` for `NAME.key`, issued by
    /// `ISSUER.key`.
    pub(crate) fn issue(&self, name: &str, issuer: &str, arguments: &str) -> Vec<u8> {
        let extensions = "keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\n";
        self.write("extensions", extensions.as_bytes());
        self.run(&format!(
            "req -new -key {name}.key -subj /C=VN/CN={name} -out {name}.csr"
        ));
        self.run(&format!(
            "x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -set_serial 77 \
             -days 30 -extfile extensions {arguments} -out {name}.pem"
        ));
        self.der(name)
    }

    fn der(&self, name: &str) -> Vec<u8> {
        self.run(&format!("x509 -in {name}.pem -outform DER -out {name}.der"));
        self.read(&format!("{name}.der"))
    }
}
