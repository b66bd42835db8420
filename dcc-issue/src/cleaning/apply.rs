//! Applying a returned list: every row ends applied, unchanged or refused, with a code (R55, R56).

use alloc::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use dcc_model::{Coded, Lang};
use dcc_registry::{
    Act, Correction, CorrectionOutcome, Custody, Digest, DocumentKind, Identity, IdentityRule,
    Intake, ListId, ListItem, Subject, SubjectOutcome, VerificationState,
};

use super::{Cleaning, CleaningError, ListFault};
use crate::RefusalCode;
use crate::held::sheet::read_case_reference;
use crate::intake::{
    ColumnProfile, IntakeOptions, ReturnRow, ReviewResult, RowOutcome, check_identity,
    document_key, is_foreign,
};

macro_rules! row_outcomes {
    ($($name:ident $refused:literal $code:literal $vi:literal $en:literal;)+) => {
        /// What became of a row of a returned list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RowOutcomeCode { $(#[doc = concat!("`", $code, "`: ", $en)] $name,)+ }

        impl RowOutcomeCode {
            /// Whether the row was refused, and nothing of it taken.
            pub const fn is_refused(self) -> bool {
                match self { $(Self::$name => $refused,)+ }
            }
        }

        impl Coded for RowOutcomeCode {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::Vi) => $vi, (Self::$name, _) => $en,)+ }
            }
        }
    };
}

row_outcomes! {
    Imported false "list-row-imported"
        "Đã nhập số giấy tờ từ tệp; chờ xác minh lại." "The corrected number was imported; the next check decides.";
    Edited false "list-row-edited"
        "Đã sửa trực tiếp bản ghi; chờ xác minh lại." "The record was edited; the next check decides.";
    Unchanged false "list-row-unchanged"
        "Bản ghi đã đúng như vậy." "The record is so already.";
    Confirmed false "list-row-confirmed"
        "Xác nhận bản ghi đúng; chờ xác minh lại." "The record was confirmed as it is; the next check decides.";
    PopulationUpdated false "list-row-population-updated"
        "CSDL dân cư đã được cập nhật; chờ xác minh lại." "The population register was completed; the next check decides.";
    Unresolved false "list-row-unresolved"
        "Chưa xác định được; hồ sơ vẫn mở." "Nobody could tell; the case stays open.";
    NotFilled true "list-row-not-filled"
        "Chưa ghi kết quả đối chiếu." "The result of the comparison is not filled in.";
    NothingCorrected true "list-row-nothing-corrected"
        "Ghi 'Đã sửa' nhưng không có ô sửa nào." "It says 'corrected', but no corrected cell is filled in.";
    Unreadable true "list-row-unreadable"
        "Ô sửa không đọc được (ngày, giới tính, kết quả hoặc họ tên)." "A corrected cell cannot be read (date, sex, result or name).";
    NumberMalformed true "list-row-number-malformed"
        "Số giấy tờ sửa vẫn sai định dạng." "The corrected number still has the wrong form.";
    NotOfList true "list-row-not-of-list"
        "Hồ sơ không thuộc danh sách này." "The case is not of this list.";
    Twice true "list-row-twice"
        "Hồ sơ xuất hiện hai lần trong tệp." "The case stands twice in the file.";
    Outdated true "list-row-outdated"
        "Bản ghi đã thay đổi sau khi lập danh sách." "The record has changed since the list was made.";
    Identified true "list-row-identified"
        "Đối tượng đã được xác minh đúng; tệp không được sửa thông tin cơ bản." "The person is identified; a file may not change their basics.";
}

/// What became of a returned list, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedList {
    /// Row of the file and what became of it, in order.
    pub rows: Vec<(u64, RowOutcomeCode)>,
    /// Cases of the list that the file does not mention.
    pub missing: u64,
}

impl AppliedList {
    /// How many rows ended so.
    pub fn count(&self, code: RowOutcomeCode) -> u64 {
        let found = self.rows.iter().filter(|(_, found)| *found == code).count();
        u64::try_from(found).unwrap_or(u64::MAX)
    }

    /// The rows that were refused.
    pub fn refused(&self) -> impl Iterator<Item = (u64, RowOutcomeCode)> + '_ {
        self.rows
            .iter()
            .copied()
            .filter(|(_, code)| code.is_refused())
    }
}

impl Cleaning<'_> {
    /// Applies the file that was handed back for a list, and moves list and cases on. Classes 1
    /// and 2 (no number, malformed number) are imported, which never changes the basics of an
    /// identified subject (R55); class 3 is a direct edit of the single record (R56). A repeated
    /// call finds what was applied.
    ///
    /// # Errors
    ///
    /// [`ListFault`] for the list as a whole, [`TableError`](crate::intake::TableError) for the
    /// file, and those of the store.
    pub async fn apply(
        &self,
        act: &Act,
        id: &ListId,
        file: Vec<u8>,
    ) -> Result<AppliedList, CleaningError> {
        let list = self.list(id).await?;
        let returned = list.events.iter().rev().find_map(|event| event.returned);
        let returned = returned.ok_or(CleaningError::List(ListFault::NotReturned))?;
        if returned.hash != Digest::of(&file) {
            return Err(CleaningError::List(ListFault::OtherFile));
        }
        let items: BTreeSet<ListItem> = list.items.iter().cloned().collect();
        let mut seen = BTreeSet::new();
        let mut applied = AppliedList::default();
        let profile = ColumnProfile::default();
        let rows = ReturnRow::rows(Cursor::new(file), &profile, &IntakeOptions::default())?;
        for row in rows {
            let row = row?;
            let code = match Row::of(&row, &items, &mut seen) {
                Ok((item, row)) => self.apply_row(act, id, &item, &row).await?,
                Err(code) => code,
            };
            applied.rows.push((row.row, code));
        }
        let missing = items.len().saturating_sub(seen.len());
        applied.missing = u64::try_from(missing).unwrap_or(u64::MAX);
        if list.custody() == Custody::Returned {
            let way = (Custody::Returned, Custody::Applied);
            self.registry.hand_over(act, id, way, None).await?;
        }
        self.move_cases(act, &list, Custody::Applied).await?;
        Ok(applied)
    }

    async fn apply_row(
        &self,
        act: &Act,
        id: &ListId,
        item: &ListItem,
        row: &Row,
    ) -> Result<RowOutcomeCode, CleaningError> {
        let found = self.registry.subjects(&[item.subject]).await?;
        let Some(subject) = found.into_iter().flatten().next() else {
            return Ok(RowOutcomeCode::NotOfList);
        };
        if row.result == ReviewResult::Corrected {
            return self.correct_row(act, id, (item, &subject), row).await;
        }
        if subject.record.identity_version != item.identity_version {
            return Ok(RowOutcomeCode::Outdated);
        }
        Ok(match row.result {
            ReviewResult::Correct => RowOutcomeCode::Confirmed,
            ReviewResult::PopulationUpdated => RowOutcomeCode::PopulationUpdated,
            _ => RowOutcomeCode::Unresolved,
        })
    }

    async fn correct_row(
        &self,
        act: &Act,
        id: &ListId,
        (item, subject): (&ListItem, &Subject),
        row: &Row,
    ) -> Result<RowOutcomeCode, CleaningError> {
        let record = &subject.record;
        let wanted = row.corrected(&record.identity);
        if wanted == record.identity {
            return Ok(RowOutcomeCode::Unchanged);
        }
        if record.identity_version != item.identity_version {
            return Ok(RowOutcomeCode::Outdated);
        }
        if row.changes.document_number.is_some() && is_malformed(&wanted) {
            return Ok(RowOutcomeCode::NumberMalformed);
        }
        let document = document_key(self.key, &wanted);
        if is_class_3(record.verification.state) {
            let mut edit = Correction::new(item.subject, item.identity_version, wanted);
            edit.document = document;
            edit.evidence = id.as_str().to_owned();
            let outcome = self
                .registry
                .correct(act, &[edit])
                .await?
                .into_iter()
                .next();
            return Ok(match outcome {
                Some(CorrectionOutcome::Corrected { .. }) => RowOutcomeCode::Edited,
                Some(CorrectionOutcome::Unchanged) => RowOutcomeCode::Unchanged,
                _ => RowOutcomeCode::Outdated,
            });
        }
        let mut intake = Intake::new(item.subject, record.subject_ref.clone(), wanted);
        intake.document = document;
        intake.rule = IdentityRule::ReplaceUnidentified;
        let outcome = self
            .registry
            .take_in(act, &[intake])
            .await?
            .into_iter()
            .next();
        Ok(match outcome.map(|outcome| outcome.subject) {
            Some(SubjectOutcome::Updated) => RowOutcomeCode::Imported,
            Some(SubjectOutcome::Unchanged) => RowOutcomeCode::Unchanged,
            Some(SubjectOutcome::Identified) => RowOutcomeCode::Identified,
            _ => RowOutcomeCode::NotOfList,
        })
    }
}

/// Whether the subject's case is of class 3, wrong basics: edited one by one (R49, R56).
const fn is_class_3(state: VerificationState) -> bool {
    state.needs_cleaning()
        && !matches!(
            state,
            VerificationState::NoId | VerificationState::MalformedId
        )
}

fn is_malformed(identity: &Identity) -> bool {
    let of_form = |code: &RefusalCode| {
        matches!(
            code,
            RefusalCode::IdMalformed
                | RefusalCode::IdLeadingZeroLost
                | RefusalCode::IdVnPassportOnly
        )
    };
    check_identity(identity).held.iter().any(of_form)
}

/// A readable row of the list.
struct Row {
    result: ReviewResult,
    changes: ReturnRow,
}

impl Row {
    fn of(
        row: &RowOutcome<ReturnRow>,
        items: &BTreeSet<ListItem>,
        seen: &mut BTreeSet<ListItem>,
    ) -> Result<(ListItem, Self), RowOutcomeCode> {
        let changes = row.record.as_ref().ok_or(RowOutcomeCode::Unreadable)?;
        let item = read_case_reference(&changes.case).ok_or(RowOutcomeCode::NotOfList)?;
        if !items.contains(&item) {
            return Err(RowOutcomeCode::NotOfList);
        }
        if !seen.insert(item.clone()) {
            return Err(RowOutcomeCode::Twice);
        }
        let result = changes.result.ok_or(RowOutcomeCode::NotFilled)?;
        if result == ReviewResult::Corrected && !changes.has_changes() {
            return Err(RowOutcomeCode::NothingCorrected);
        }
        let changes = changes.clone();
        Ok((item, Self { result, changes }))
    }

    /// The identity with the corrected fields.
    fn corrected(&self, known: &Identity) -> Identity {
        let mut wanted = known.clone();
        if let Some(name) = &self.changes.full_name {
            wanted.full_name.clone_from(name);
        }
        if let Some(date) = &self.changes.birth_date {
            wanted.birth_date.clone_from(date);
        }
        wanted.sex = self.changes.sex.or(wanted.sex);
        if let Some(number) = &self.changes.document_number {
            set_number(&mut wanted, number);
        }
        wanted
    }
}

/// Sets a document number, and its kind by its form: 9 digits are a CMND, 12 a CCCD unless a
/// personal number was meant; a foreigner's is a passport.
pub(super) fn set_number(identity: &mut Identity, number: &str) {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    identity.document_kind = Some(
        match (is_foreign(identity), digits, identity.document_kind) {
            (true, ..) => DocumentKind::Passport,
            (false, 9, _) => DocumentKind::Cmnd,
            (false, _, Some(DocumentKind::PersonalNumber)) => DocumentKind::PersonalNumber,
            _ => DocumentKind::Cccd,
        },
    );
    number.clone_into(&mut identity.document_number);
    let check = check_identity(identity);
    identity.document_number = check.number;
}

/// The rows that ended in each way, for reports.
impl AppliedList {
    /// By code.
    pub fn by_code(&self) -> BTreeMap<RowOutcomeCode, u64> {
        let mut counts: BTreeMap<RowOutcomeCode, u64> = BTreeMap::new();
        for (_, code) in &self.rows {
            let count = counts.entry(*code).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }
}
