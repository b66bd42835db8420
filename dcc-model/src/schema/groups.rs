//! The entries of `v`, `t` and `r`.

use crate::{
    Recovery, RecoveryFields, RemarkCode, TestEntry, TestFields, Vaccination, VaccinationFields,
    value_set,
};

use super::SchemaError;
use super::reader::Reader;
use super::text::TextKind;

pub(super) fn vaccination(mut reader: Reader<'_, '_>) -> Result<Vaccination, SchemaError> {
    let fields = VaccinationFields {
        disease: reader.text("tg", TextKind::Code)?,
        vaccine: reader.text("vp", TextKind::Code)?,
        product: reader.text("mp", TextKind::Code)?,
        holder: reader.text("ma", TextKind::Code)?,
        dose_number: reader.dose_number("dn")?,
        series: reader.dose_number("sd")?,
        date: reader.date("dt")?,
        country: reader.text("co", TextKind::Country)?,
        issuer: reader.text("is", TextKind::Free)?,
        certificate_id: reader.text("ci", TextKind::CertificateId)?,
    };
    if fields.dose_number > fields.series {
        reader.remark(RemarkCode::DoseBeyondSeries, "dn");
    }
    if value_set::codes_disagree(&fields) {
        reader.remark_here(RemarkCode::VaccineCodesMismatch);
    }
    let known = &["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"];
    Ok(Vaccination::with_unknown(fields, reader.unknown(known)))
}

pub(super) fn test(mut reader: Reader<'_, '_>) -> Result<TestEntry, SchemaError> {
    // Withdrawn in 1.2.0 and still met in 1.3.0: it is read in every version.
    let resulted_at = reader.optional_date_time("dr")?;
    let fields = TestFields {
        disease: reader.text("tg", TextKind::Code)?,
        test_type: reader.text("tt", TextKind::Code)?,
        test_name: reader.optional_text("nm", TextKind::TestName)?,
        device: reader.optional_text("ma", TextKind::Code)?,
        sampled_at: reader.date_time("sc")?,
        resulted_at,
        result: reader.text("tr", TextKind::Code)?,
        centre: reader.optional_text("tc", TextKind::Free)?,
        country: reader.text("co", TextKind::Country)?,
        issuer: reader.text("is", TextKind::Free)?,
        certificate_id: reader.text("ci", TextKind::CertificateId)?,
    };
    if fields.centre.is_none() && reader.rules().centre_required() {
        reader.remark(RemarkCode::VersionLimit, "tc");
    }
    let known = &[
        "tg", "tt", "nm", "ma", "sc", "dr", "tr", "tc", "co", "is", "ci",
    ];
    Ok(TestEntry::with_unknown(fields, reader.unknown(known)))
}

pub(super) fn recovery(mut reader: Reader<'_, '_>) -> Result<Recovery, SchemaError> {
    let fields = RecoveryFields {
        disease: reader.text("tg", TextKind::Code)?,
        first_positive: reader.date("fr")?,
        country: reader.text("co", TextKind::Country)?,
        issuer: reader.text("is", TextKind::Free)?,
        valid_from: reader.date("df")?,
        valid_until: reader.date("du")?,
        certificate_id: reader.text("ci", TextKind::CertificateId)?,
    };
    let known = &["tg", "fr", "co", "is", "df", "du", "ci"];
    Ok(Recovery::with_unknown(fields, reader.unknown(known)))
}
