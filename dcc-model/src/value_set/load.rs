//! Published value set files.

use alloc::borrow::Cow;

use serde_json::{Map, Value};

use super::{EncodingRow, ValueSetEntry, ValueSetId, ValueSets};

/// Why a file is not a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueSetError {
    /// An entry has another form than its set asks for.
    #[error("entry {index} of a value set has the wrong form")]
    Entry {
        /// Its place in the file.
        index: usize,
    },
    /// The `valueSetId` is not one of the DCC's.
    #[error("the valueSetId is not one of the DCC's")]
    UnknownSet,
    /// The file is not `{"valueSetId": .., "valueSetValues": {..}}`.
    #[error("not a value set: no valueSetId or no valueSetValues")]
    WrongForm,
}

const ENCODING_INSTRUCTIONS: &str = "vaccines-covid-19-encoding-instructions";

pub(super) fn replace(sets: &mut ValueSets, file: &Value) -> Result<(), ValueSetError> {
    let id = file
        .get("valueSetId")
        .and_then(Value::as_str)
        .ok_or(ValueSetError::WrongForm)?;
    let values = file
        .get("valueSetValues")
        .and_then(Value::as_object)
        .ok_or(ValueSetError::WrongForm)?;
    if id == ENCODING_INSTRUCTIONS {
        sets.encoding_rows = each(values, |_, value| row(value))?;
        return Ok(());
    }
    let set = ValueSetId::ALL
        .iter()
        .find(|set| set.id() == id)
        .ok_or(ValueSetError::UnknownSet)?;
    let mut entries = each(values, entry)?;
    entries.to_mut().sort_by(|a, b| a.code().cmp(b.code()));
    *slot(sets, *set) = entries;
    Ok(())
}

const fn slot(sets: &mut ValueSets, set: ValueSetId) -> &mut Cow<'static, [ValueSetEntry]> {
    match set {
        ValueSetId::Disease => &mut sets.disease,
        ValueSetId::VaccineType => &mut sets.vaccine_type,
        ValueSetId::VaccineProduct => &mut sets.vaccine_product,
        ValueSetId::VaccineHolder => &mut sets.vaccine_holder,
        ValueSetId::TestType => &mut sets.test_type,
        ValueSetId::TestResult => &mut sets.test_result,
        ValueSetId::TestDevice => &mut sets.test_device,
        ValueSetId::Country => &mut sets.country,
    }
}

fn each<T: Clone>(
    values: &Map<String, Value>,
    read: impl Fn(&str, &Value) -> Option<T>,
) -> Result<Cow<'static, [T]>, ValueSetError> {
    let entries = values
        .iter()
        .enumerate()
        .map(|(index, (key, value))| read(key, value).ok_or(ValueSetError::Entry { index }));
    entries.collect::<Result<Vec<_>, _>>().map(Cow::Owned)
}

fn entry(code: &str, value: &Value) -> Option<ValueSetEntry> {
    let display = value.get("display")?.as_str()?;
    let active = value.get("active")?.as_bool()?;
    Some(ValueSetEntry::new(
        Cow::Owned(code.to_owned()),
        Cow::Owned(display.to_owned()),
        active,
    ))
}

fn row(value: &Value) -> Option<EncodingRow> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let vaccines = value.get("sct-codes")?.as_array()?;
    let vaccines: Option<Vec<_>> = vaccines
        .iter()
        .map(|code| code.as_str().map(|code| Cow::Owned(code.to_owned())))
        .collect();
    Some(EncodingRow::new(
        Cow::Owned(text("vaccine-code")?),
        Cow::Owned(text("vaccine-manufacturer")?),
        Cow::Owned(vaccines?),
    ))
}
