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
    assert!(is_path("NO-SUCH-FILE.PNG"));
    assert!(is_path("nothing"));
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

/// Gives one byte a read, as a slow pipe may.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.len().min(buffer.len()).min(1);
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fn read_from_stdin(bytes: &[u8]) -> Vec<Result<String, RejectCode>> {
    let mut texts = Vec::new();
    let mut stream = BufReader::new(Trickle(bytes));
    let mut sink = |item: Item| {
        texts.push(item.text);
        Ok(())
    };
    Inputs::default()
        .read_stream(&mut stream, "-", None, &mut sink)
        .unwrap();
    texts
}

#[test]
fn a_trickling_picture_is_still_a_picture() {
    let truncated_png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(
        read_from_stdin(truncated_png),
        [Err(RejectCode::PictureUnreadable)]
    );
}

#[test]
fn standard_input_tells_json_from_text_line_by_line() {
    let lines = b"\xEF\xBB\xBF{\"hc1\":\"HC1:A\"}\n\nHC1:B\n{\"hc1\":\"HC1:C\"}";
    let ok = |text: &str| Ok(text.to_owned());
    assert_eq!(
        read_from_stdin(lines),
        [
            ok("HC1:A"),
            Err(RejectCode::InputBlank),
            ok("HC1:B"),
            ok("HC1:C")
        ]
    );
}
