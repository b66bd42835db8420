//! Values in and out of rows.

use alloc::sync::Arc;

use dcc_model::{Timestamp, civil};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, Decode, Encode, Row as _, Sqlite, Type};

use crate::engine::wire;
use crate::{Digest, LookupKey, ReasonCode, StoreError, SubjectId};

/// The values of a statement, in order.
#[derive(Default)]
pub(super) struct Writer {
    arguments: SqliteArguments,
    failed: bool,
}

impl Writer {
    fn add<'value, T: Encode<'value, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> &mut Self {
        self.failed |= self.arguments.add(value).is_err();
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.add(Arc::<str>::from(text))
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        self.add(text.map(Arc::<str>::from))
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.add(bytes.to_vec())
    }

    pub(super) fn optional_bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        self.add(bytes.map(<[u8]>::to_vec))
    }

    pub(super) fn signed(&mut self, number: i64) -> &mut Self {
        self.add(number)
    }

    /// A number that a database can hold; a larger one fails the statement.
    pub(super) fn number(&mut self, number: impl TryInto<i64>) -> &mut Self {
        if let Ok(number) = number.try_into() {
            return self.add(number);
        }
        self.failed = true;
        self
    }

    /// A count that need not be exact above what a database can hold.
    pub(super) fn limit(&mut self, limit: usize) -> &mut Self {
        self.add(i64::try_from(limit).unwrap_or(i64::MAX))
    }

    pub(super) fn optional_number(&mut self, number: Option<u64>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.add(None::<i64>),
        }
    }

    pub(super) fn time(&mut self, at: Timestamp) -> &mut Self {
        self.add(at.unix_seconds())
    }

    pub(super) fn optional_time(&mut self, at: Option<Timestamp>) -> &mut Self {
        self.add(at.map(Timestamp::unix_seconds))
    }

    /// The subject's bucket, then the subject.
    pub(super) fn subject(&mut self, id: &SubjectId) -> &mut Self {
        self.number(id.bucket().number()).bytes(id.as_bytes())
    }

    /// The position of a value in its list.
    pub(super) fn word<T: PartialEq>(&mut self, all: &[T], value: &T) -> &mut Self {
        self.number(wire::number_of(all, value))
    }

    pub(super) fn optional_word<T: PartialEq>(
        &mut self,
        all: &[T],
        value: Option<&T>,
    ) -> &mut Self {
        match value {
            Some(value) => self.word(all, value),
            None => self.add(None::<i64>),
        }
    }

    /// Codes as a JSON array; empty for none.
    pub(super) fn reasons(&mut self, reasons: &[ReasonCode]) -> &mut Self {
        let texts: Vec<&str> = reasons.iter().map(ReasonCode::as_str).collect();
        self.json(&texts, texts.is_empty())
    }

    pub(super) fn json(&mut self, value: &impl serde::Serialize, empty: bool) -> &mut Self {
        if empty {
            return self.text("");
        }
        if let Ok(text) = serde_json::to_string(value) {
            return self.add(text);
        }
        self.failed = true;
        self
    }

    pub(super) fn finish(self) -> Result<SqliteArguments, StoreError> {
        if self.failed {
            Err(StoreError::invalid("value"))
        } else {
            Ok(self.arguments)
        }
    }
}

/// Reads the columns of a row, one after the other.
pub(super) struct Reader<'row> {
    row: &'row SqliteRow,
    column: usize,
    about: &'static str,
}

impl<'row> Reader<'row> {
    pub(super) const fn new(row: &'row SqliteRow, about: &'static str) -> Self {
        Self {
            row,
            column: 0,
            about,
        }
    }

    pub(super) const fn corrupt(&self) -> StoreError {
        StoreError::corrupt(self.about)
    }

    fn next<T: Decode<'row, Sqlite> + Type<Sqlite>>(&mut self) -> Result<T, StoreError> {
        let column = self.column;
        self.column = column.saturating_add(1);
        self.row.try_get(column).map_err(|_| self.corrupt())
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        self.next()
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        self.next()
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.next()
    }

    pub(super) fn digest(&mut self) -> Result<Digest, StoreError> {
        let bytes: &[u8] = self.next()?;
        Digest::from_slice(bytes).ok_or_else(|| self.corrupt())
    }

    pub(super) fn optional_digest(&mut self) -> Result<Option<Digest>, StoreError> {
        let bytes: Option<&[u8]> = self.next()?;
        bytes
            .map(|bytes| Digest::from_slice(bytes).ok_or_else(|| self.corrupt()))
            .transpose()
    }

    pub(super) fn optional_key(&mut self) -> Result<Option<LookupKey>, StoreError> {
        let bytes: Option<&[u8]> = self.next()?;
        bytes
            .map(|bytes| LookupKey::from_slice(bytes).ok_or_else(|| self.corrupt()))
            .transpose()
    }

    pub(super) fn id(&mut self) -> Result<SubjectId, StoreError> {
        let bytes: &[u8] = self.next()?;
        SubjectId::from_slice(bytes).ok_or_else(|| self.corrupt())
    }

    /// The subject behind its bucket.
    pub(super) fn subject(&mut self) -> Result<SubjectId, StoreError> {
        let bucket: u16 = self.number()?;
        let id = self.id()?;
        if id.bucket().number() == bucket {
            Ok(id)
        } else {
            Err(self.corrupt())
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        let number: i64 = self.next()?;
        T::try_from(number).map_err(|_| self.corrupt())
    }

    pub(super) fn optional_number<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, StoreError> {
        let number: Option<i64> = self.next()?;
        number
            .map(|number| T::try_from(number).map_err(|_| self.corrupt()))
            .transpose()
    }

    pub(super) fn time(&mut self) -> Result<Timestamp, StoreError> {
        wire::instant(self.next()?, self.about)
    }

    pub(super) fn optional_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let seconds: Option<i64> = self.next()?;
        seconds
            .map(|seconds| wire::instant(seconds, self.about))
            .transpose()
    }

    pub(super) fn date(&mut self) -> Result<civil::Date, StoreError> {
        let text: &str = self.next()?;
        wire::date(text, self.about)
    }

    pub(super) fn word<T: Copy>(&mut self, all: &[T]) -> Result<T, StoreError> {
        wire::numbered(all, self.number()?, self.about)
    }

    pub(super) fn optional_word<T: Copy>(&mut self, all: &[T]) -> Result<Option<T>, StoreError> {
        let number: Option<usize> = self.optional_number()?;
        number
            .map(|number| wire::numbered(all, number, self.about))
            .transpose()
    }

    pub(super) fn reasons(&mut self) -> Result<Vec<ReasonCode>, StoreError> {
        let texts: Vec<String> = self.json()?;
        Ok(texts.into_iter().map(ReasonCode::new).collect())
    }

    pub(super) fn json<T: serde::de::DeserializeOwned + Default>(
        &mut self,
    ) -> Result<T, StoreError> {
        let text: &str = self.next()?;
        if text.is_empty() {
            return Ok(T::default());
        }
        serde_json::from_str(text).map_err(|_| self.corrupt())
    }
}
