//! The words for questions and their states, in each language; and values made safe to print.

use dcc_model::Lang;
use dcc_verify::{CheckState, NotChecked, Question};

/// A question with its state, such as `signature: passed`.
pub(super) fn check(question: Question, state: CheckState, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!(
            "{}: {}",
            question_in_vietnamese(question),
            state_in_vietnamese(state)
        ),
        _ => format!("{question}: {}", state_in_english(state)),
    }
}

const fn question_in_vietnamese(question: Question) -> &'static str {
    match question {
        Question::Signature => "chữ ký",
        Question::Trust => "tin cậy đơn vị cấp",
        Question::KeyUsage => "quyền của khóa",
        Question::Time => "thời hạn",
        Question::Revocation => "thu hồi",
        Question::Rules => "quy định nhập cảnh",
        _ => "mục khác",
    }
}

fn state_in_vietnamese(state: CheckState) -> String {
    match state {
        CheckState::Passed => "đạt".to_owned(),
        CheckState::Failed(_) => format!("không đạt ({})", state.detail().unwrap_or_default()),
        CheckState::NotChecked(NotChecked::Off) => {
            "không kiểm tra (chính sách không yêu cầu)".to_owned()
        }
        CheckState::NotChecked(NotChecked::EarlierFailure) => {
            "không kiểm tra (mục trước không đạt)".to_owned()
        }
        CheckState::NotChecked(_) => "không kiểm tra (không có dữ liệu)".to_owned(),
        _ => "chưa kết luận".to_owned(),
    }
}

fn state_in_english(state: CheckState) -> String {
    match state {
        CheckState::Failed(_) => format!("failed ({})", state.detail().unwrap_or_default()),
        CheckState::NotChecked(NotChecked::Off) => {
            "not checked (the policy does not ask)".to_owned()
        }
        CheckState::NotChecked(NotChecked::EarlierFailure) => {
            "not checked (an earlier one failed)".to_owned()
        }
        CheckState::NotChecked(_) => "not checked (no data)".to_owned(),
        other => other.word().to_owned(),
    }
}

/// A value from a certificate as one harmless line: control characters and those that turn the
/// direction of writing are shown as escapes, since a forged text could otherwise draw a verdict
/// of its own on a terminal.
pub(super) fn harmless(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if character.is_control() || turns_direction(character) {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}

const fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_draw_on_the_terminal() {
        assert_eq!(harmless("Đặng \u{1b}[2J\nĐẠT"), "Đặng \\u{1b}[2J\\u{a}ĐẠT");
        assert_eq!(harmless("a\u{202E}b\u{9b}"), "a\\u{202e}b\\u{9b}");
        assert_eq!(
            harmless("Nguyễn Thị Minh Khai 😀"),
            "Nguyễn Thị Minh Khai 😀"
        );
    }
}
