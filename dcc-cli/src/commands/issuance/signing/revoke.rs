//! `dcc revoke`: single certificates, or all of a compromised key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcc_issue::central::Purpose;
use dcc_issue::life::{revoke_certificates, revoke_key};
use dcc_registry::{CertificateId, RevocationOutcome, RevocationReason};
use dcc_sign::HcertSigner;
use serde_json::json;

use super::print;
use super::renew::{tell, work_off};
use crate::args::signing::{ReasonArg, RevokeArgs};
use crate::commands::complain;
use crate::commands::issuance::{Failure, keys};
use crate::registry_url::Absent;
use crate::runtime;

pub(super) fn run(args: &RevokeArgs) -> Result<(), Failure> {
    let Some(kid) = &args.kid else {
        return certificates(args);
    };
    let kid = parse_kid(kid)?;
    match keys::given(&args.rule)? {
        Some(signer) => replace(args, &kid, signer.hcert),
        None => all_of_key(args, &kid),
    }
}

fn certificates(args: &RevokeArgs) -> Result<(), Failure> {
    if args.reason == ReasonArg::KeyCompromise {
        let reason = "key-compromise concerns all certificates of a key: give --kid";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let ids: Vec<CertificateId> = args
        .certificates
        .iter()
        .map(|id| CertificateId::new(id.as_str()))
        .collect();
    let answers = runtime::block_on(async {
        let register = args.register.open(Absent::Refuse).await?;
        let act = args.common.act();
        let answers = revoke_certificates(&register.store, &act, &ids, args.reason.into()).await?;
        register.store.close().await;
        Ok::<_, Failure>(answers)
    })?;
    let mut lines = Vec::new();
    let mut missing = false;
    let mut values = Vec::new();
    for (id, outcome) in &answers {
        let word = match outcome {
            RevocationOutcome::Revoked => "revoked",
            RevocationOutcome::AlreadyRevoked => "already-revoked",
            RevocationOutcome::Abandoned => "abandoned",
            _ => "missing",
        };
        missing |= word == "missing";
        lines.push(format!("{id}: {word}"));
        values.push(json!({"uvci": id.as_str(), "outcome": word}));
    }
    print(args.common.json, &json!({"certificates": values}), &lines)?;
    if missing {
        return Err(Failure::NotAccepted);
    }
    complain("unless the record is put right first, the next issue makes a new certificate");
    Ok(())
}

fn all_of_key(args: &RevokeArgs, kid: &[u8]) -> Result<(), Failure> {
    let reason: RevocationReason = args.reason.into();
    let count = runtime::block_on(async {
        let register = args.register.open(Absent::Refuse).await?;
        let act = args.common.act();
        let count = revoke_key(&register.store, &act, kid, reason).await?;
        register.store.close().await;
        Ok::<_, Failure>(count)
    })?;
    let line = format!("certificates of {count} subject(s) are revoked");
    print(args.common.json, &json!({"subjects": count}), &[line])
}

/// Revokes all of a key, and makes new certificates under another.
fn replace(args: &RevokeArgs, kid: &[u8], hcert: HcertSigner) -> Result<(), Failure> {
    if args.reason != ReasonArg::KeyCompromise {
        let reason = "--key makes new certificates for a key that is compromised: \
                      give --reason key-compromise";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let act = args.common.act();
    let inputs = format!("replace-key\0{}\0{}", STANDARD.encode(kid), act.at());
    let purpose = Purpose::ReplaceKey { kid: kid.to_vec() };
    let batch = (inputs.as_str(), purpose);
    let tally = runtime::block_on(work_off(&args.register, (&args.rule, hcert), batch, &act))?;
    tell(args.common.json, "replaced", &tally)
}

fn parse_kid(text: &str) -> Result<Vec<u8>, Failure> {
    let hex = || -> Option<Vec<u8>> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let whole = pairs.len() == 8 && rest.is_empty();
        let byte = |pair: &[u8; 2]| {
            let digits = core::str::from_utf8(pair).ok()?;
            u8::from_str_radix(digits, 16).ok()
        };
        pairs.iter().filter(|_| whole).map(byte).collect()
    };
    hex()
        .filter(|kid| !kid.is_empty())
        .or_else(|| STANDARD.decode(text).ok())
        .filter(|kid| kid.len() == 8)
        .ok_or_else(|| {
            let reason = "--kid: give the eight bytes as base64 or 16 hexadecimal digits";
            Failure::Usage(String::from(reason))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_are_base64_or_hexadecimal() {
        let kid = [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0];
        assert_eq!(parse_kid("123456789abcdef0").unwrap(), kid);
        assert_eq!(parse_kid(&STANDARD.encode(kid)).unwrap(), kid);
        for wrong in ["", "not a kid", "zzzz", "123456789abcdef"] {
            assert!(parse_kid(wrong).is_err(), "{wrong}");
        }
    }
}
