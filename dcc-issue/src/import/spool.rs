//! Rows put in the order of their buckets before they are taken in.
//!
//! A register lies by bucket, and a platform's export by facility or day. Taken in as they come,
//! every transaction would touch every page of a large register: a million people cost 43 GB of
//! writes that way, and 5 in the order of buckets. Small tables stay in memory; what is larger is
//! put into a file without a name, which is gone with the process however that ends.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use dcc_model::Timestamp;
use dcc_registry::{
    Bucket, CommuneCode, DocumentKind, DoseContent, DoseKind, DoseRef, FacilityId, Identity, Sex,
};

use crate::intake::DoseRow;

/// Neighbouring buckets that are kept together.
const BUCKETS: u16 = 16;
/// Bytes that are kept in memory.
const KEPT: usize = 48 << 20;

/// Rows by bucket.
pub(super) struct Spool {
    folder: PathBuf,
    file: Option<File>,
    end: u64,
    kept: usize,
    /// Bytes that may be kept in memory.
    limit: usize,
    parts: Vec<Part>,
}

/// The rows of some buckets: runs of the file, and behind them what is in memory.
struct Part {
    runs: Vec<(u64, usize)>,
    rows: Records,
}

/// Records of CSV in memory.
type Records = csv::Writer<Vec<u8>>;

fn records() -> Records {
    csv::Writer::from_writer(Vec::new())
}

/// The records as text; the writer is empty again.
fn text_of(records: &mut Records) -> io::Result<Vec<u8>> {
    let full = core::mem::replace(records, self::records());
    full.into_inner().map_err(csv::IntoInnerError::into_error)
}

impl Spool {
    /// An empty spool; a file, where it takes one, is made in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        let parts = dcc_registry::BUCKETS.div_ceil(BUCKETS);
        Self {
            folder,
            file: None,
            end: 0,
            kept: 0,
            limit: KEPT,
            parts: (0..parts)
                .map(|_| Part {
                    runs: Vec::new(),
                    rows: records(),
                })
                .collect(),
        }
    }

    /// Adds a row of a subject in `bucket`.
    pub(super) fn push(&mut self, bucket: Bucket, row: &DoseRow) -> io::Result<()> {
        let number = usize::from(bucket.number().checked_div(BUCKETS).unwrap_or(0));
        let Some(part) = self.parts.get_mut(number) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        self.kept = self.kept.saturating_add(write_row(&mut part.rows, row)?);
        if self.kept > self.limit {
            self.put_away()?;
        }
        Ok(())
    }

    /// Everything in memory goes to the file.
    fn put_away(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        for part in &mut self.parts {
            let rows = text_of(&mut part.rows)?;
            if rows.is_empty() {
                continue;
            }
            file.write_all(&rows)?;
            part.runs.push((self.end, rows.len()));
            let length = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            self.end = self.end.saturating_add(length);
        }
        self.kept = 0;
        Ok(())
    }

    /// Hands every row to `take`, in the order of buckets, those of one subject in the order in
    /// which they came.
    pub(super) fn drain(
        mut self,
        mut take: impl FnMut(DoseRow) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut run = Vec::new();
        for mut part in core::mem::take(&mut self.parts) {
            for (start, length) in part.runs {
                let Some(file) = &mut self.file else {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                };
                run.resize(length, 0);
                file.seek(SeekFrom::Start(start))?;
                file.read_exact(&mut run)?;
                read_rows(&run, &mut take)?;
            }
            read_rows(&text_of(&mut part.rows)?, &mut take)?;
        }
        Ok(())
    }
}

/// Appends a row, and tells its length.
fn write_row(out: &mut Records, row: &DoseRow) -> io::Result<usize> {
    let (who, dose) = (&row.identity, &row.dose);
    let date = dose.date.to_string();
    let entered_at = dose.entered_at.map(|at| at.unix_seconds().to_string());
    let place = |place: Option<usize>| place.map_or_else(String::new, |place| place.to_string());
    let fields: [&str; FIELDS] = [
        &row.subject_ref,
        &who.full_name,
        &who.birth_date,
        &place(place_of(Sex::ALL, who.sex)),
        &who.nationality,
        &place(place_of(DocumentKind::ALL, who.document_kind)),
        &who.document_number,
        &who.phone,
        who.commune.as_str(),
        row.dose_ref.as_str(),
        &dose.vaccine,
        dose.lot.as_deref().unwrap_or_default(),
        if dose.lot.is_some() { "1" } else { "" },
        &date,
        &place(place_of(DoseKind::ALL, dose.kind)),
        dose.vaccinating.as_str(),
        dose.entering.as_str(),
        entered_at.as_deref().unwrap_or_default(),
    ];
    out.write_record(fields)?;
    let length = fields.iter().map(|field| field.len()).sum::<usize>();
    Ok(length.saturating_add(FIELDS))
}

/// Fields of a record.
const FIELDS: usize = 18;

fn read_rows(bytes: &[u8], take: &mut impl FnMut(DoseRow) -> io::Result<()>) -> io::Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        take(read_row(&record).ok_or(io::ErrorKind::InvalidData)?)?;
    }
    Ok(())
}

fn read_row(record: &csv::StringRecord) -> Option<DoseRow> {
    let mut fields = record.iter();
    let mut next = || fields.next();
    let subject_ref = next()?.to_owned();
    let (full_name, birth_date) = (next()?.to_owned(), next()?.to_owned());
    let sex = value_at(Sex::ALL, next()?).ok()?;
    let nationality = next()?.to_owned();
    let document_kind = value_at(DocumentKind::ALL, next()?).ok()?;
    let (document_number, phone) = (next()?.to_owned(), next()?.to_owned());
    let mut identity = Identity::new(full_name, CommuneCode::new(next()?));
    identity.birth_date = birth_date;
    identity.sex = sex;
    identity.nationality = nationality;
    identity.document_kind = document_kind;
    identity.document_number = document_number;
    identity.phone = phone;
    let dose_ref = DoseRef::new(next()?);
    let (vaccine, lot, has_lot) = (next()?, next()?, next()?);
    let date = next()?.parse().ok()?;
    let kind = value_at(DoseKind::ALL, next()?).ok()?;
    let mut dose = DoseContent::new(vaccine, date, FacilityId::new(next()?));
    dose.lot = (!has_lot.is_empty()).then(|| lot.to_owned());
    dose.kind = kind;
    dose.entering = FacilityId::new(next()?);
    let entered_at = next()?;
    if !entered_at.is_empty() {
        dose.entered_at = Some(Timestamp::from_unix_seconds(entered_at.parse().ok()?)?);
    }
    Some(DoseRow {
        subject_ref,
        identity,
        dose_ref,
        dose,
    })
}

fn place_of<T: PartialEq + Copy>(all: &[T], value: Option<T>) -> Option<usize> {
    all.iter().position(|one| Some(*one) == value)
}

/// The value at a written place, or none where nothing is written; no answer for anything else.
fn value_at<T: Copy>(all: &[T], text: &str) -> Result<Option<T>, NotWrittenHere> {
    if text.is_empty() {
        return Ok(None);
    }
    let place = text.parse::<usize>().map_err(|_| NotWrittenHere)?;
    all.get(place).copied().map(Some).ok_or(NotWrittenHere)
}

/// A record that this module did not write.
struct NotWrittenHere;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn rows() -> impl Strategy<Value = DoseRow> {
        let text = || "[ -~À-ỹ\"\n,;]{0,12}";
        let who = (text(), text(), option::of(select(Sex::ALL)), text(), text());
        let papers = (option::of(select(DocumentKind::ALL)), text(), text());
        let kind = option::of(select(DoseKind::ALL));
        let shot = (text(), option::of("[a-z]{1,4}"), 0_i64..2_000_000_000, kind);
        let entered = (any::<bool>(), text(), text());
        let all = ("[a-d]{1,2}", who, papers, shot, entered);
        all.prop_map(|(subject_ref, who, papers, shot, entered)| {
            let mut identity = Identity::new(who.0, CommuneCode::new(who.4));
            (identity.birth_date, identity.sex, identity.nationality) = (who.1, who.2, who.3);
            identity.document_kind = papers.0;
            (identity.document_number, identity.phone) = (papers.1, papers.2);
            let at = Timestamp::from_unix_seconds(shot.2).unwrap();
            let day = at.vietnam_date().unwrap();
            let mut dose = DoseContent::new(shot.0, day, FacilityId::new(entered.1));
            (dose.lot, dose.kind) = (shot.1, shot.3);
            dose.entering = FacilityId::new(entered.2.clone());
            dose.entered_at = entered.0.then_some(at);
            DoseRow {
                subject_ref,
                identity,
                dose_ref: DoseRef::new(entered.2),
                dose,
            }
        })
    }

    /// Any bucket, the same for the same reference.
    fn bucket(row: &DoseRow) -> Bucket {
        let first = u16::from(row.subject_ref.as_bytes()[0]);
        Bucket::new(first * 31 % dcc_registry::BUCKETS).unwrap()
    }

    proptest! {
        #[test]
        fn rows_come_back_by_bucket_and_in_their_order(
            rows in vec(rows(), 0..60),
            limit in select(vec![0, 300, usize::MAX]),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut spool = Spool::new(folder.path().to_owned());
            spool.limit = limit;
            for row in &rows {
                spool.push(bucket(row), row).unwrap();
            }
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
            let mut back = Vec::new();
            spool
                .drain(|row| {
                    back.push(row);
                    Ok(())
                })
                .unwrap();
            let mut sorted = rows;
            sorted.sort_by_key(|row| bucket(row).number() / BUCKETS);
            prop_assert!(back == sorted);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_only_where_it_is_needed() {
        let row = DoseRow {
            subject_ref: "S".to_owned(),
            identity: Identity::new("A", CommuneCode::new("00001")),
            dose_ref: DoseRef::new("D"),
            dose: DoseContent::new("pfizer", day(), FacilityId::new("F")),
        };
        let mut spool = Spool::new("/nowhere/at/all".into());
        spool.push(bucket(&row), &row).unwrap();
        spool.limit = 0;
        assert!(spool.push(bucket(&row), &row).is_err());
    }

    fn day() -> dcc_registry::civil::Date {
        dcc_registry::civil::date(2022, 1, 1)
    }
}
