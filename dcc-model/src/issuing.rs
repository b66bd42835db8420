//! What has to be right before a payload is signed.

use jiff::civil;
use serde_json::Value;
use unicode_normalization::char::is_combining_mark;

use crate::{
    Certificate, DateForm, Entry, Location, PersonName, Remark, RemarkCode, SchemaError, Script,
    Timestamp, Uvci, Vaccination, ValueSets, VietnamVaccine, transliterate,
};

/// Reads a payload that is to be issued at `issued_at`, with everything there is to remark on it:
/// what [`Certificate::from_json`] remarks on, value sets, one row of the encoding instructions,
/// the ICAO form of the name, the form of the certificate id, and dates that cannot be.
///
/// Nothing with a [deviation](Remark::is_deviation) may be signed; notes never block.
///
/// ```
/// use dcc_model::{Remark, RemarkCode, Timestamp, ValueSets, issuing_deviations};
///
/// let payload = serde_json::json!({
///     "ver": "1.3.0",
///     "nam": {"fn": "Đặng", "fnt": "ANG", "gn": "Thị Hồng", "gnt": "THI<HONG"},
///     "dob": "1990",
///     "v": [{"tg": "840539006", "vp": "28531000087107", "mp": "Abdala", "ma": "CIGB", "dn": 3,
///            "sd": 3, "dt": "2022-03-01", "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:1"}],
/// });
/// let now: Timestamp = "2026-01-01".parse()?;
/// let (_, remarks) = issuing_deviations(&payload, &ValueSets::builtin(), now)?;
/// let deviations: Vec<_> = remarks.iter().filter(|remark| remark.is_deviation()).collect();
/// assert_eq!(deviations, [&Remark::new(RemarkCode::NameNotIcao, "nam.fnt")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The payload does not have the structure of a DCC.
pub fn issuing_deviations(
    payload: &Value,
    value_sets: &ValueSets,
    issued_at: Timestamp,
) -> Result<(Certificate, Vec<Remark>), SchemaError> {
    let (certificate, mut remarks) = Certificate::from_json(payload)?;
    let today = issued_at.vietnam_date();
    let entry = certificate.entry();
    let base = Location::fixed(entry.path());
    let dated_code = entry
        .as_vaccination()
        .is_some_and(|dose| today.is_some_and(|today| has_code_of_its_day(dose, today)));
    remarks.extend(value_sets.check(&certificate).into_iter().filter(|remark| {
        !(dated_code
            && remark.code() == RemarkCode::CodeInactive
            && *remark.at() == base.member("vp"))
    }));
    if let Some(dose) = entry.as_vaccination()
        && !dated_code
        && !value_sets.is_one_row(dose.product(), dose.holder(), dose.vaccine())
    {
        remarks.push(Remark::new(RemarkCode::VaccineCodesNotOneRow, base.clone()));
    }
    if remarks
        .iter()
        .any(|remark| remark.code() == RemarkCode::VersionUnknown)
    {
        remarks.push(Remark::new(RemarkCode::VersionNotIssuable, "ver"));
    }
    check_name(certificate.name(), &mut remarks);
    if !Uvci::parse(entry.certificate_id()).is_well_formed() {
        remarks.push(Remark::new(RemarkCode::UvciForm, base.member("ci")));
    }
    let birth = certificate.birth_date().form();
    check_dates(entry, birth, issued_at, &mut remarks);
    Ok((certificate, remarks))
}

/// Whether a dose has the code of the day for a vaccine licensed in Vietnam, even if a later
/// value set has withdrawn that code.
fn has_code_of_its_day(dose: &Vaccination, day: civil::Date) -> bool {
    VietnamVaccine::by_product(dose.product()).is_some_and(|vaccine| {
        vaccine.holder() == dose.holder() && vaccine.vaccine_code(day) == dose.vaccine()
    })
}

fn check_name(name: &PersonName, remarks: &mut Vec<Remark>) {
    let parts = [
        (name.surname(), name.standard_surname(), "nam.fnt"),
        (name.given_name(), name.standard_given_name(), "nam.gnt"),
    ];
    for (printed, standard, at) in parts {
        if !is_standard_form(printed.unwrap_or_default(), standard.unwrap_or_default()) {
            remarks.push(Remark::new(RemarkCode::NameNotIcao, at));
        }
    }
}

/// `maxLength` of `fnt` and `gnt`, at which a longer form is cut.
const LONGEST: usize = 80;

fn is_standard_form(printed: &str, standard: &str) -> bool {
    if printed.trim().is_empty() {
        // A name may be known in its standard form only.
        return true;
    }
    let forms = [Script::Vietnamese, Script::International].map(|script| {
        let form = transliterate(printed, script);
        form.map(|form| form.get(..LONGEST).unwrap_or(&form).to_owned())
    });
    match forms {
        [Err(_), Err(_)] => is_standard_form_of_mixed(printed, standard),
        forms => forms.iter().flatten().any(|form| form == standard),
    }
}

/// A name with letters that have no table here. Wholly in another script (which has a table of its
/// own) the pattern is all that can be asked; beside Latin letters, what is not Latin is left out
/// and the rest must agree. Digits have no place in a name, and a name has letters.
fn is_standard_form_of_mixed(printed: &str, standard: &str) -> bool {
    if printed.contains(char::is_numeric) || !printed.contains(char::is_alphabetic) {
        return false;
    }
    let known = |c: &char| {
        let one = c.encode_utf8(&mut [0; 4]).to_owned();
        !c.is_alphanumeric() && c.is_ascii()
            || is_combining_mark(*c)
            || transliterate(&one, Script::International).is_ok_and(|form| !form.is_empty())
    };
    let latin: String = printed.chars().filter(known).collect();
    if !latin.contains(char::is_alphabetic) {
        return !standard.is_empty();
    }
    [Script::Vietnamese, Script::International]
        .iter()
        .any(|script| {
            transliterate(latin.trim(), *script)
                .is_ok_and(|form| form.get(..LONGEST).unwrap_or(&form) == standard)
        })
}

fn check_dates(entry: &Entry, birth: DateForm, issued_at: Timestamp, remarks: &mut Vec<Remark>) {
    let (member, date, after_issue) = match entry {
        Entry::Vaccination(dose) => ("dt", dose.date().date(), None),
        Entry::Recovery(recovery) => ("fr", recovery.first_positive().date(), None),
        Entry::Test(test) => {
            let sampled = test.sampled_at();
            (
                "sc",
                sampled.date(),
                sampled.instant().map(|instant| instant > issued_at),
            )
        }
    };
    let Some(date) = date else { return };
    let at = Location::fixed(entry.path()).member(member);
    if birth.earliest().is_some_and(|birth| date < birth) {
        remarks.push(Remark::new(RemarkCode::EntryBeforeBirth, at.clone()));
    }
    let today = issued_at.vietnam_date();
    if after_issue.unwrap_or_else(|| today.is_some_and(|today| date > today)) {
        remarks.push(Remark::new(RemarkCode::EntryAfterIssue, at));
    }
}
