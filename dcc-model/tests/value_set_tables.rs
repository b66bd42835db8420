//! The built-in value sets are those that were published.

#![cfg(test)]

extern crate alloc;

use std::path::Path;

use dcc_model::{ValueSetId, ValueSets};
use serde_json::Value;

#[path = "value_set_tables/render.rs"]
mod render;
#[path = "testdata/folder.rs"]
mod testdata;

#[test]
fn the_tables_are_what_the_generator_makes_of_the_published_sets() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let made = render::render(&folder.join("valuesets")).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/value_set/tables.rs");
    let stands = std::fs::read_to_string(path).unwrap();
    assert!(made == stands, "run the example generate_value_sets");
}

#[test]
fn published_files_load_at_run_time_and_equal_the_tables() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let names = render::SETS
        .iter()
        .map(|(_, file)| *file)
        .chain([render::ENCODING_INSTRUCTIONS]);
    let files: Vec<Value> = names
        .map(|name| {
            let path = folder.join("valuesets").join(name).with_extension("json");
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
        })
        .collect();
    let (loaded, built_in) = (ValueSets::from_json(&files).unwrap(), ValueSets::builtin());
    for set in ValueSetId::ALL {
        assert_eq!(loaded.entries(*set), built_in.entries(*set));
    }
    assert_eq!(loaded.encoding_rows().len(), built_in.encoding_rows().len());
    for row in loaded.encoding_rows() {
        for vaccine in row.vaccines() {
            assert!(built_in.is_one_row(row.product(), row.holder(), vaccine));
        }
    }
}

#[test]
fn eight_sets_of_release_2_12_0() {
    let sets = ValueSets::builtin();
    let sizes: Vec<_> = ValueSetId::ALL
        .iter()
        .map(|set| sets.entries(*set).len())
        .collect();
    assert_eq!(sizes, [1, 9, 39, 31, 2, 2, 88, 250]);
    assert_eq!(sets.encoding_rows().len(), 39);
    for set in ValueSetId::ALL {
        assert!(
            sets.entries(*set)
                .is_sorted_by_key(|entry| entry.code().to_owned())
        );
        for entry in sets.entries(*set) {
            assert_eq!(
                sets.display(*set, &format!(" {} ", entry.code())),
                Some(entry.display())
            );
        }
    }
    assert!(!sets.is_active(ValueSetId::VaccineType, "J07BX03"));
    assert!(!sets.is_active(ValueSetId::Country, "XX"));
}
