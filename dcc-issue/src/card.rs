//! The passport as a picture to print: the eleven fields in two languages and the QR code (R28,
//! R29, R35).

use alloc::format;
use core::fmt::Write as _;

use dcc_codec::qr::{QrError, QrSymbol};
use dcc_model::{Lang, Timestamp, VaccinePassport, ValueSets};

/// Width of the card, in units of the drawing.
const WIDTH: usize = 900;
/// Side of the QR code.
const CODE: usize = 330;
/// Where the values of the fields begin.
const VALUES: usize = 270;
/// Distance of two lines.
const LINE: usize = 20;
/// Room between two fields.
const GAP: usize = 8;
/// Characters of a label on a line; a longer one is broken.
const LABEL_LINE: usize = 30;
/// Characters of a value on a line beside the code.
const VALUE_LINE: usize = 30;

/// What every rendering says of the expiry (design decision 6, R39).
const EXPIRY: (&str, &str) = (
    "Mã QR hết hạn kỹ thuật; việc tiêm chủng vẫn được ghi nhận.",
    "The QR code expires for technical reasons; the vaccination remains valid.",
);

/// An SVG picture of a passport: the eleven fields of Decision 5772 in Vietnamese and English, the
/// QR code of `hc1`, and when the code expires. It needs no fonts but the reader's own and loads
/// nothing.
///
/// A passport made with the nationality of the record shows it; one made without says where to
/// look, since it is not in the code (design decision 3).
///
/// # Errors
///
/// [`QrError::TooLong`] where the text fits into no QR symbol.
pub fn passport_card(
    passport: &VaccinePassport,
    hc1: &str,
    expires_at: Timestamp,
    value_sets: &ValueSets,
) -> Result<String, QrError> {
    let symbol = QrSymbol::encode(hc1)?.to_svg();
    let mut body = String::new();
    text(
        &mut body,
        (30, 44),
        "t",
        "HỘ CHIẾU VẮC XIN / VACCINE PASSPORT",
    );
    let mut y = fields(&mut body, passport, value_sets);
    code(&mut body, &symbol);
    let day = expires_at
        .vietnam_date()
        .map_or_else(String::new, |day| day.strftime("%d/%m/%Y").to_string());
    for line in [
        EXPIRY.0.to_owned(),
        EXPIRY.1.to_owned(),
        format!("Hạn kỹ thuật của mã QR / Technical expiry of the QR code: {day}"),
    ] {
        y = y.saturating_add(LINE);
        text(&mut body, (30, y), "e", &line);
    }
    let height = y.saturating_add(24);
    Ok(format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" "#,
            r#"width="{width}" height="{height}"><style>"#,
            "text{{font-family:sans-serif;fill:#111}}.t{{font-size:24px;font-weight:bold}}",
            ".l{{font-size:14px}}.e{{font-size:13px;fill:#555}}",
            ".v{{font-size:16px;font-weight:bold}}</style>",
            r##"<path fill="#fff" stroke="#888" d="M1,1h{w}v{h}h-{w}z"/>{body}</svg>"##,
        ),
        width = WIDTH,
        height = height,
        w = WIDTH.saturating_sub(2),
        h = height.saturating_sub(2),
        body = body,
    ))
}

/// The eleven fields, one below the other; the place behind them.
fn fields(body: &mut String, passport: &VaccinePassport, value_sets: &ValueSets) -> usize {
    let mut y = 80_usize;
    for field in passport.fields(value_sets) {
        let mut labels = Vec::new();
        let title = format!("{}. {}", field.number(), field.label(Lang::Vi));
        labels.extend(
            broken(&title, LABEL_LINE)
                .into_iter()
                .map(|line| ("l", line)),
        );
        let english = broken(field.label(Lang::En), LABEL_LINE);
        labels.extend(english.into_iter().map(|line| ("e", line)));
        let mut values = Vec::new();
        let vietnamese = broken(field.value(Lang::Vi), VALUE_LINE);
        values.extend(vietnamese.into_iter().map(|line| ("v", line)));
        if field.value(Lang::En) != field.value(Lang::Vi) {
            let english = broken(field.value(Lang::En), VALUE_LINE);
            values.extend(english.into_iter().map(|line| ("e", line)));
        }
        for (column, lines) in [(30, &labels), (VALUES, &values)] {
            for (place, (class, line)) in lines.iter().enumerate() {
                let down = place.saturating_mul(LINE);
                text(body, (column, y.saturating_add(down)), class, line);
            }
        }
        let lines = labels.len().max(values.len());
        y = y
            .saturating_add(lines.saturating_mul(LINE))
            .saturating_add(GAP);
    }
    y
}

/// The symbol in the upper right corner.
fn code(body: &mut String, symbol: &str) {
    let x = WIDTH.saturating_sub(CODE).saturating_sub(24);
    let rest = symbol.strip_prefix("<svg").unwrap_or(symbol);
    // Writing to a String does not fail.
    let _ = write!(
        body,
        r#"<svg x="{x}" y="64" width="{CODE}" height="{CODE}"{rest}"#
    );
}

fn text(body: &mut String, (x, y): (usize, usize), class: &str, content: &str) {
    let _ = write!(body, r#"<text x="{x}" y="{y}" class="{class}">"#);
    for c in content.chars() {
        match c {
            '&' => body.push_str("&amp;"),
            '<' => body.push_str("&lt;"),
            '>' => body.push_str("&gt;"),
            // XML 1.0 section 2.2 has no other control characters.
            c if c.is_control() => body.push(' '),
            '\u{fffe}' | '\u{ffff}' => body.push('\u{fffd}'),
            c => body.push(c),
        }
    }
    body.push_str("</text>");
}

/// The lines of a text: broken at blanks, and inside a word that is longer than a line.
fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0_usize;
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (place, piece) in letters.chunks(most).enumerate() {
            let wanted = piece.len().saturating_add(usize::from(used > 0));
            let fits = used.saturating_add(wanted) <= most;
            if place > 0 || !fits {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                if used > 0 {
                    line.push(' ');
                }
                line.extend(piece);
                used = line.chars().count();
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use dcc_model::Certificate;
    use serde_json::json;

    use super::*;

    fn passport(name: &str, nationality: Option<&str>) -> VaccinePassport {
        let payload = json!({
            "ver": "1.3.0",
            "nam": {"fn": name, "fnt": "NGUYEN", "gn": "Văn An", "gnt": "VAN<AN"},
            "dob": "1948-05-02",
            "v": [{"tg": "840539006", "vp": "1119305005", "mp": "BBIBP-CorV",
                "ma": "ORG-100020693", "dn": 2, "sd": 2, "dt": "2021-10-01", "co": "VN",
                "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF#K"}],
        });
        let (certificate, _) = Certificate::from_json(&payload).unwrap();
        VaccinePassport::new(&certificate, nationality).unwrap()
    }

    fn card(name: &str, nationality: Option<&str>) -> String {
        let at = "2023-05-01".parse().unwrap();
        let sets = ValueSets::builtin();
        passport_card(&passport(name, nationality), "HC1:6BFOXN", at, &sets).unwrap()
    }

    #[test]
    fn all_eleven_fields_stand_in_both_languages() {
        let card = card("Nguyễn", Some("VN"));
        let sets = ValueSets::builtin();
        for field in passport("Nguyễn", Some("VN")).fields(&sets) {
            for lang in [Lang::Vi, Lang::En] {
                let words = field
                    .label(lang)
                    .split(' ')
                    .chain(field.value(lang).split(' '));
                for word in words.filter(|word| word.chars().count() <= VALUE_LINE) {
                    assert!(card.contains(word), "{word}");
                }
            }
        }
        assert!(card.contains(">2/2<") && card.contains("02/05/1948") && card.contains("Việt Nam"));
        assert!(card.contains(EXPIRY.0) && card.contains("01/05/2023"));
        assert!(card.contains("BBIBP-CorV"));
    }

    #[test]
    fn a_nationality_that_is_not_known_is_not_made_up() {
        let card = card("Nguyễn", None);
        assert!(card.contains("không có trong mã QR – xem<"), "{card}");
        assert!(!card.contains("Việt Nam"));
    }

    #[test]
    fn names_cannot_break_out_of_the_picture() {
        let card = card("<script>&\u{1}", Some("VN"));
        assert!(card.contains("&lt;script&gt;&amp;"), "{card}");
        assert!(!card.contains("<script") && !card.contains('\u{1}'));
    }

    #[test]
    fn the_code_is_the_text_of_the_certificate() {
        let symbol = QrSymbol::encode("HC1:6BFOXN").unwrap().to_svg();
        let modules = symbol.split("viewBox").nth(1).unwrap();
        assert!(card("Nguyễn", None).contains(modules));
    }

    #[test]
    fn long_words_are_broken() {
        assert_eq!(broken("abcdef gh", 4), ["abcd", "ef", "gh"]);
        assert_eq!(broken("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(broken("", 5), [""]);
    }
}
