//! One map of the payload, member by member.

use serde_json::{Map, Value};

use crate::date::{self, Writing};
use crate::{BirthDate, DateForm, DateText, DateTimeText, Location, Remark, RemarkCode};

use super::text::{self, TextKind};
use super::version::VersionRules;
use super::{Expected, SchemaError};

/// Reads members and collects remarks. A null member counts as absent.
pub(super) struct Reader<'a, 'r> {
    members: &'a Map<String, Value>,
    base: &'static str,
    rules: VersionRules,
    remarks: &'r mut Vec<Remark>,
}

impl<'a, 'r> Reader<'a, 'r> {
    pub(super) const fn new(
        members: &'a Map<String, Value>,
        base: &'static str,
        rules: VersionRules,
        remarks: &'r mut Vec<Remark>,
    ) -> Self {
        Self {
            members,
            base,
            rules,
            remarks,
        }
    }

    pub(super) const fn with_rules(&mut self, rules: VersionRules) -> &mut Self {
        self.rules = rules;
        self
    }

    pub(super) const fn rules(&self) -> VersionRules {
        self.rules
    }

    pub(super) fn place(&self, name: &'static str) -> Location {
        if self.base.is_empty() {
            Location::fixed(name)
        } else {
            Location::fixed(self.base).member(name)
        }
    }

    pub(super) fn remark(&mut self, code: RemarkCode, name: &'static str) {
        let at = self.place(name);
        self.remarks.push(Remark::new(code, at));
    }

    /// A remark on the map as a whole.
    pub(super) fn remark_here(&mut self, code: RemarkCode) {
        self.remarks
            .push(Remark::new(code, Location::fixed(self.base)));
    }

    fn required(&self, name: &'static str) -> Result<&'a Value, SchemaError> {
        match self.members.get(name) {
            None | Some(Value::Null) => Err(SchemaError::Missing {
                at: self.place(name),
            }),
            Some(value) => Ok(value),
        }
    }

    fn checked(
        &mut self,
        value: &'a Value,
        name: &'static str,
        kind: TextKind,
    ) -> Result<&'a str, SchemaError> {
        let text = value
            .as_str()
            .ok_or_else(|| SchemaError::wrong_type(self.place(name), Expected::Text))?;
        text::remark(text, kind, self.rules, |code| self.remark(code, name));
        Ok(text)
    }

    pub(super) fn map(&self, name: &'static str) -> Result<&'a Map<String, Value>, SchemaError> {
        self.required(name)?
            .as_object()
            .ok_or_else(|| SchemaError::wrong_type(self.place(name), Expected::Map))
    }

    pub(super) fn text(
        &mut self,
        name: &'static str,
        kind: TextKind,
    ) -> Result<String, SchemaError> {
        let value = self.required(name)?;
        self.checked(value, name, kind).map(str::to_owned)
    }

    pub(super) fn optional_text(
        &mut self,
        name: &'static str,
        kind: TextKind,
    ) -> Result<Option<String>, SchemaError> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Null) => {
                self.remark(RemarkCode::MemberNull, name);
                Ok(None)
            }
            Some(value) => self
                .checked(value, name, kind)
                .map(|text| Some(text.to_owned())),
        }
    }

    pub(super) fn birth_date(&mut self, name: &'static str) -> Result<BirthDate, SchemaError> {
        let text = self.text(name, TextKind::Plain)?;
        let (form, writing) = date::read_date(&text);
        // The schema's pattern wants a year of 19xx or 20xx.
        let far_year = form
            .earliest()
            .is_some_and(|day| !(1900..2100).contains(&day.year()));
        let code = match (form, writing) {
            (_, Writing::Impossible) => Some(RemarkCode::DateImpossible),
            (_, Writing::WithTime) => Some(RemarkCode::BirthDateTime),
            (_, Writing::Plain) if far_year => Some(RemarkCode::BirthDateOther),
            (DateForm::Full(_), Writing::Plain) => None,
            (DateForm::Empty, Writing::Plain) => Some(RemarkCode::BirthDateEmpty),
            (DateForm::Year(_), Writing::Plain) if text.trim().len() == "2021".len() => {
                Some(RemarkCode::BirthDateYear)
            }
            (DateForm::Year(_) | DateForm::YearMonth { .. }, Writing::Plain) => {
                Some(RemarkCode::BirthDateYearMonth)
            }
            (_, Writing::Other) | (DateForm::Other, Writing::Plain) => {
                Some(RemarkCode::BirthDateOther)
            }
        };
        if let Some(code) = code {
            self.remark(code, name);
        }
        let refused = match form {
            DateForm::Empty => self.rules.some_birth_date(),
            DateForm::Year(_) | DateForm::YearMonth { .. } => self.rules.whole_birth_date(),
            DateForm::Full(_) | DateForm::Other => false,
        };
        if refused {
            self.remark(RemarkCode::VersionLimit, name);
        }
        Ok(BirthDate::read(text, form))
    }

    pub(super) fn date(&mut self, name: &'static str) -> Result<DateText, SchemaError> {
        let text = self.text(name, TextKind::Plain)?;
        let (form, writing) = date::read_date(&text);
        let code = match (form, writing) {
            (DateForm::Full(_), Writing::Plain) => None,
            (_, Writing::WithTime) => Some(RemarkCode::DateWithTime),
            (_, Writing::Impossible) => Some(RemarkCode::DateImpossible),
            _ => Some(RemarkCode::DateOther),
        };
        if let Some(code) = code {
            self.remark(code, name);
        }
        Ok(DateText::read(text, form))
    }

    pub(super) fn date_time(&mut self, name: &'static str) -> Result<DateTimeText, SchemaError> {
        let text = self.text(name, TextKind::Plain)?;
        Ok(self.read_date_time(text, name))
    }

    pub(super) fn optional_date_time(
        &mut self,
        name: &'static str,
    ) -> Result<Option<DateTimeText>, SchemaError> {
        let text = self.optional_text(name, TextKind::Plain)?;
        Ok(text.map(|text| self.read_date_time(text, name)))
    }

    fn read_date_time(&mut self, text: String, name: &'static str) -> DateTimeText {
        let read = DateTimeText::new(text);
        match read.rfc3339_fraction() {
            Some(false) => {}
            Some(true) => self.remark(RemarkCode::DateTimeFraction, name),
            None => self.remark(RemarkCode::DateTimeOther, name),
        }
        read
    }

    pub(super) fn dose_number(&mut self, name: &'static str) -> Result<i64, SchemaError> {
        let value = self.required(name)?;
        let whole = value.as_i64();
        let number = whole
            .or_else(|| whole_float(value))
            .ok_or_else(|| SchemaError::wrong_type(self.place(name), Expected::WholeNumber))?;
        if whole.is_none() {
            self.remark(RemarkCode::DoseNumberFloat, name);
        }
        if number < 1 {
            self.remark(RemarkCode::DoseNumberBelowOne, name);
        }
        if number > 9 {
            self.remark(RemarkCode::DoseNumberLarge, name);
            if self.rules.one_digit_doses() {
                self.remark(RemarkCode::VersionLimit, name);
            }
        }
        Ok(number)
    }

    /// Every member but the `known` ones, each with a remark.
    pub(super) fn unknown(&mut self, known: &[&str]) -> Map<String, Value> {
        let mut unknown = Map::new();
        for (name, value) in self.members {
            if !known.contains(&name.as_str()) {
                let at = if self.base.is_empty() {
                    Location::fixed("").member(name)
                } else {
                    Location::fixed(self.base).member(name)
                };
                self.remarks
                    .push(Remark::new(RemarkCode::MemberUnknown, at));
                unknown.insert(name.clone(), value.clone());
            }
        }
        unknown
    }
}

/// A floating-point number without a fraction (`2.0`).
fn whole_float(value: &Value) -> Option<i64> {
    let float = value.as_f64()?;
    (float.fract() == 0.0)
        .then(|| format!("{float:.0}").parse().ok())
        .flatten()
}
