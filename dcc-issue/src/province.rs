//! Which province a commune belongs to, by the codes of July 2022.

use std::collections::HashMap;
use std::sync::OnceLock;

use dcc_model::Province;
use dcc_registry::CommuneCode;

/// Lines `=PP` begin a province; the lines below are its communes: a letter and five digits.
const COMMUNES: &str = include_str!("synthetic/data/communes.tsv");

/// The province of a commune; `None` for a code that the table of July 2022 does not have.
pub fn province_of(commune: &CommuneCode) -> Option<&'static Province> {
    static TABLE: OnceLock<HashMap<&'static str, &'static Province>> = OnceLock::new();
    TABLE.get_or_init(table).get(commune.as_str()).copied()
}

fn table() -> HashMap<&'static str, &'static Province> {
    let mut province = None;
    let mut table = HashMap::new();
    for line in COMMUNES.lines() {
        if let Some(code) = line.strip_prefix('=') {
            province = Province::of_code(code);
        } else if let (Some(province), Some(commune)) = (province, line.get(1..6))
            && commune.bytes().all(|b| b.is_ascii_digit())
        {
            table.insert(commune, province);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communes_know_their_province() {
        let code = |commune: &str| province_of(&CommuneCode::new(commune)).map(Province::code);
        assert_eq!(code("00001"), Some("01"));
        assert_eq!(code("27259"), Some("79"));
        assert_eq!(code("99999"), None);
        assert_eq!(code(""), None);
        assert!(table().len() > 10_000);
    }
}
