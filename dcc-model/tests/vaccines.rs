//! The eight vaccines against the shared table.

#![cfg(test)]

use dcc_model::{VietnamVaccine, civil};

#[path = "testdata/folder.rs"]
mod testdata;

#[test]
fn the_shared_table_agrees() {
    let Some(folder) = testdata::folder() else {
        return;
    };
    let table = std::fs::read_to_string(folder.join("../vn/data/vaccines.tsv")).unwrap();
    let mut lines = table.lines();
    let head: Vec<_> = lines.next().unwrap().split('\t').collect();
    let mut rows = 0;
    for (line, vaccine) in lines.zip(VietnamVaccine::ALL) {
        let columns: Vec<_> = line.split('\t').collect();
        let column = |name: &str| columns[head.iter().position(|h| *h == name).unwrap()];
        let in_2022 = vaccine.vaccine_code(civil::date(2022, 6, 1));
        let now = vaccine.vaccine_code(civil::date(2026, 1, 1));
        for (name, ours) in [
            ("key", vaccine.key()),
            ("vn_name", vaccine.name()),
            ("eu_name", vaccine.eu_name()),
            ("mp", vaccine.product()),
            ("ma", vaccine.holder()),
            ("vp_2022", in_2022),
            ("vp_now", now),
            ("primary_doses", &vaccine.series_length().to_string()),
            ("vn_approved", &vaccine.approved().to_string()),
        ] {
            assert_eq!(column(name), ours, "{name} of {}", vaccine.key());
        }
        rows += 1;
    }
    assert_eq!((rows, table.lines().count()), (8, 9));
}
