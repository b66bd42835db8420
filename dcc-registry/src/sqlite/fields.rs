//! Values in and out of rows.

use dcc_model::{Timestamp, civil};
use rusqlite::types::{FromSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, Statement};

use super::statement::foreign;
use crate::engine::wire;
use crate::{Digest, LookupKey, ReasonCode, StoreError, SubjectId};

/// The values of a statement, in order.
#[derive(Default)]
pub(super) struct Writer<'v> {
    values: Vec<ToSqlOutput<'v>>,
    failed: bool,
}

impl<'v> Writer<'v> {
    fn borrow(&mut self, value: ValueRef<'v>) -> &mut Self {
        self.values.push(ToSqlOutput::Borrowed(value));
        self
    }

    fn own(&mut self, value: Value) -> &mut Self {
        self.values.push(ToSqlOutput::Owned(value));
        self
    }

    pub(super) fn text(&mut self, text: &'v str) -> &mut Self {
        self.borrow(ValueRef::Text(text.as_bytes()))
    }

    pub(super) fn own_text(&mut self, text: String) -> &mut Self {
        self.own(Value::Text(text))
    }

    pub(super) fn optional_text(&mut self, text: Option<&'v str>) -> &mut Self {
        self.borrow(text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())))
    }

    pub(super) fn bytes(&mut self, bytes: &'v [u8]) -> &mut Self {
        self.borrow(ValueRef::Blob(bytes))
    }

    pub(super) fn own_bytes(&mut self, bytes: Vec<u8>) -> &mut Self {
        self.own(Value::Blob(bytes))
    }

    pub(super) fn optional_bytes(&mut self, bytes: Option<&'v [u8]>) -> &mut Self {
        self.borrow(bytes.map_or(ValueRef::Null, ValueRef::Blob))
    }

    pub(super) fn signed(&mut self, number: i64) -> &mut Self {
        self.borrow(ValueRef::Integer(number))
    }

    fn null(&mut self) -> &mut Self {
        self.borrow(ValueRef::Null)
    }

    /// A number that a database can hold; a larger one fails the statement.
    pub(super) fn number(&mut self, number: impl TryInto<i64>) -> &mut Self {
        if let Ok(number) = number.try_into() {
            return self.signed(number);
        }
        self.failed = true;
        self
    }

    /// A count that need not be exact above what a database can hold.
    pub(super) fn limit(&mut self, limit: usize) -> &mut Self {
        self.signed(i64::try_from(limit).unwrap_or(i64::MAX))
    }

    pub(super) fn optional_number(&mut self, number: Option<u64>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    pub(super) fn time(&mut self, at: Timestamp) -> &mut Self {
        self.signed(at.unix_seconds())
    }

    pub(super) fn optional_time(&mut self, at: Option<Timestamp>) -> &mut Self {
        match at {
            Some(at) => self.time(at),
            None => self.null(),
        }
    }

    /// The subject's bucket, then the subject.
    pub(super) fn subject(&mut self, id: &'v SubjectId) -> &mut Self {
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
            None => self.null(),
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
            return self.own_text(text);
        }
        self.failed = true;
        self
    }

    /// Gives the values to a statement and is empty again, ready for its next row.
    pub(super) fn bind(&mut self, statement: &mut Statement<'_>) -> Result<(), StoreError> {
        if self.failed || self.values.len() != statement.parameter_count() {
            return Err(StoreError::invalid("value"));
        }
        for (place, value) in self.values.drain(..).enumerate() {
            let bound = statement.raw_bind_parameter(place.saturating_add(1), value);
            bound.map_err(|error| foreign(&error))?;
        }
        Ok(())
    }
}

/// Reads the columns of a row, one after the other.
pub(super) struct Reader<'row> {
    row: &'row Row<'row>,
    column: usize,
    about: &'static str,
}

impl<'row> Reader<'row> {
    pub(super) const fn new(row: &'row Row<'row>, about: &'static str) -> Self {
        Self {
            row,
            column: 0,
            about,
        }
    }

    pub(super) const fn corrupt(&self) -> StoreError {
        StoreError::corrupt(self.about)
    }

    fn value(&mut self) -> Result<ValueRef<'row>, StoreError> {
        let column = self.column;
        self.column = column.saturating_add(1);
        self.row.get_ref(column).map_err(|_| self.corrupt())
    }

    fn next<T: FromSql>(&mut self) -> Result<T, StoreError> {
        T::column_result(self.value()?).map_err(|_| self.corrupt())
    }

    fn str(&mut self) -> Result<&'row str, StoreError> {
        self.value()?.as_str().map_err(|_| self.corrupt())
    }

    fn blob(&mut self) -> Result<&'row [u8], StoreError> {
        self.value()?.as_blob().map_err(|_| self.corrupt())
    }

    fn optional_blob(&mut self) -> Result<Option<&'row [u8]>, StoreError> {
        self.value()?.as_blob_or_null().map_err(|_| self.corrupt())
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        self.next()
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        self.next()
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        Ok(self.blob()?.to_vec())
    }

    pub(super) fn digest(&mut self) -> Result<Digest, StoreError> {
        let bytes = self.blob()?;
        Digest::from_slice(bytes).ok_or_else(|| self.corrupt())
    }

    pub(super) fn optional_digest(&mut self) -> Result<Option<Digest>, StoreError> {
        let bytes = self.optional_blob()?;
        bytes
            .map(|bytes| Digest::from_slice(bytes).ok_or_else(|| self.corrupt()))
            .transpose()
    }

    pub(super) fn key(&mut self) -> Result<LookupKey, StoreError> {
        let bytes = self.blob()?;
        LookupKey::from_slice(bytes).ok_or_else(|| self.corrupt())
    }

    pub(super) fn optional_key(&mut self) -> Result<Option<LookupKey>, StoreError> {
        let bytes = self.optional_blob()?;
        bytes
            .map(|bytes| LookupKey::from_slice(bytes).ok_or_else(|| self.corrupt()))
            .transpose()
    }

    pub(super) fn id(&mut self) -> Result<SubjectId, StoreError> {
        let bytes = self.blob()?;
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
        let text = self.str()?;
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
        let text = self.str()?;
        if text.is_empty() {
            return Ok(T::default());
        }
        serde_json::from_str(text).map_err(|_| self.corrupt())
    }
}
