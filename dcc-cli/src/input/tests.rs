use super::*;

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    Lines::new(&mut &bytes[..]).map(Result::unwrap).collect()
}

#[test]
fn only_cr_and_lf_end_a_line() {
    assert_eq!(
        lines(b"a \x0b\x85\tb\nc"),
        [b"a \x0b\x85\tb".to_vec(), b"c".to_vec()]
    );
    assert_eq!(
        lines(b"a\r\nb\rc\n"),
        [b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]
    );
}

#[test]
fn blank_lines_count_and_a_last_end_does_not() {
    assert_eq!(
        lines(b"a\n\nb\n"),
        [b"a".to_vec(), b"".to_vec(), b"b".to_vec()]
    );
    assert_eq!(lines(b"\r\n\r\n"), [b"".to_vec(), b"".to_vec()]);
    assert!(lines(b"").is_empty());
}

#[test]
fn cr_lf_over_a_buffer_border_is_one_end() {
    let mut stream = BufReader::with_capacity(2, &b"a\r\nb"[..]);
    let found: Vec<_> = Lines::new(&mut stream).map(Result::unwrap).collect();
    assert_eq!(found, [b"a".to_vec(), b"b".to_vec()]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_line() {
    assert_eq!(
        lines(b"\xEF\xBB\xBFHC1:A\nb"),
        [b"HC1:A".to_vec(), b"b".to_vec()]
    );
}

#[test]
fn texts_and_mistyped_paths_are_told_apart() {
    let is_path = |argument: &str| matches!(Argument::of(argument), Argument::Path(_));
    assert!(is_path("no-such-file.png"));
    assert!(is_path("./nothing"));
    assert!(is_path("Cargo.toml"));
    assert!(!is_path("HC1:6BF"));
    assert!(!is_path("hc1:6BF/A.b"));
    assert!(!is_path("NCFOXN%TS3DH/WM8.YJSX4"));
    assert!(!is_path("https://example.org/a.png"));
}

#[test]
fn a_line_of_json_gives_its_member() {
    assert_eq!(
        json_member(br#"{"id":1,"hc1":"HC1: A "}"#.to_vec()),
        Ok("HC1: A ".to_owned())
    );
    assert_eq!(
        json_member(br#"{"qr":"HC1:A"}"#.to_vec()),
        Err(RejectCode::InputNoMember)
    );
    assert_eq!(
        json_member(b"HC1:A".to_vec()),
        Err(RejectCode::InputNoMember)
    );
    assert_eq!(json_member(Vec::new()), Err(RejectCode::InputBlank));
}

#[test]
fn a_text_keeps_its_spaces() {
    assert_eq!(text_of(b" HC1:A ".to_vec()), Ok(" HC1:A ".to_owned()));
    assert_eq!(text_of(vec![0xFF]), Err(RejectCode::InputNotText));
}
