//! Country codes as trust lists use them.

/// Territories with codes of their own (ISO 3166-1) whose document signers the authority of their
/// state may issue.
const TERRITORIES: &[(&str, &str)] = &[
    ("AW", "NL"),
    ("AX", "FI"),
    ("BL", "FR"),
    ("BQ", "NL"),
    ("CW", "NL"),
    ("FO", "DK"),
    ("GF", "FR"),
    ("GG", "GB"),
    ("GI", "GB"),
    ("GL", "DK"),
    ("GP", "FR"),
    ("IM", "GB"),
    ("JE", "GB"),
    ("MF", "FR"),
    ("MQ", "FR"),
    ("NC", "FR"),
    ("PF", "FR"),
    ("PM", "FR"),
    ("RE", "FR"),
    ("SJ", "NO"),
    ("SX", "NL"),
    ("WF", "FR"),
    ("YT", "FR"),
];

/// Whether two codes name one country: in any case, and with `EL` for `GR` and `UK` for `GB`, as
/// the European Union writes.
pub fn same_country(one: &str, other: &str) -> bool {
    !one.is_empty() && canonical(one) == canonical(other)
}

/// Whether an authority of one country may issue document signers of another: its own and those
/// of its territories.
pub fn may_issue_for(authority: &str, document_signer: &str) -> bool {
    let belongs_to = canonical(document_signer);
    let state = TERRITORIES
        .iter()
        .find(|(territory, _)| *territory == belongs_to);
    same_country(authority, document_signer)
        || state.is_some_and(|(_, state)| *state == canonical(authority))
}

fn canonical(code: &str) -> String {
    let code = code.to_ascii_uppercase();
    match code.as_str() {
        "EL" => "GR".into(),
        "UK" => "GB".into(),
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_country() {
        for (one, other) in [
            ("GR", "EL"),
            ("UK", "GB"),
            ("uk", "gb"),
            ("VN", "vn"),
            ("FIN", "fin"),
        ] {
            assert!(
                same_country(one, other) && same_country(other, one),
                "{one} {other}"
            );
        }
        assert!(!same_country("GR", "GB") && !same_country("", "") && !same_country("IE", "IR"));
    }

    #[test]
    fn a_state_issues_for_its_territories_but_not_the_reverse() {
        assert!(
            may_issue_for("DK", "FO") && may_issue_for("UK", "JE") && may_issue_for("fr", "re")
        );
        assert!(!may_issue_for("FO", "DK") && !may_issue_for("FR", "FO"));
        assert!(!may_issue_for("FO", "GL"), "two territories of one state");
        assert!(may_issue_for("EL", "GR") && may_issue_for("VN", "VN"));
        assert!(!may_issue_for("VN", "TH") && !may_issue_for("", ""));
    }
}
