//! The screen of an explanation, line by line.

use dcc_model::{Coded as _, Lang, Timestamp, VietnamVaccine};
use dcc_registry::{
    CertificateRecord, DoseRecord, DoseState, ReasonCode, RequestState, SubjectHistory, Verdict,
};

use super::Explanation;
use crate::eligibility::EligibilityVerdict;
use crate::held::sheet::{reason_text, shown_date, shown_kind, shown_sex};

/// The most earlier certificates, doses' old versions and decisions that are shown; more would
/// leave the screen.
const SHOWN: usize = 12;

pub(super) fn of(explanation: &Explanation, lang: Lang) -> Vec<String> {
    let history = &explanation.history;
    let mut lines = person(history, lang);
    lines.push(pick(lang, "MŨI TIÊM", "DOSES").to_owned());
    lines.extend(latest(history).map(|dose| dose_line(dose, history, lang)));
    lines.push(pick(lang, "GIẤY CHỨNG NHẬN", "CERTIFICATES").to_owned());
    lines.extend(
        history
            .certificates
            .iter()
            .rev()
            .take(SHOWN)
            .map(|record| certificate_line(record, explanation.at, lang)),
    );
    lines.push(pick(lang, "LÀM SẠCH", "CLEANING").to_owned());
    lines.extend(cases(history, lang));
    lines.extend(requests(history, lang));
    lines.push(pick(lang, "QUYẾT ĐỊNH", "DECISIONS").to_owned());
    lines.extend(history.decisions.iter().rev().take(3).map(|decision| {
        let words = verdict_words(&decision.verdict, lang);
        format!("  {}  {words}", day(decision.at))
    }));
    if let Some(decision) = &explanation.decision {
        let words = match &decision.verdict {
            EligibilityVerdict::Eligible(_) => {
                pick(lang, "đủ điều kiện", "entitled to a certificate").to_owned()
            }
            held => reasons(&held.reasons(), lang),
        };
        let now = pick(lang, "hiện nay", "now");
        lines.push(format!("  {now} ({}): {words}", decision.policy));
    }
    lines
}

const fn pick(lang: Lang, vi: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Vi => vi,
        _ => en,
    }
}

fn person(history: &SubjectHistory, lang: Lang) -> Vec<String> {
    let record = &history.record;
    let who = &record.identity;
    let kind = who.document_kind.map_or("-", shown_kind);
    let checked = record.verification.checked_at.map_or_else(String::new, day);
    let versions = pick(lang, "phiên bản", "version");
    let mut lines = vec![
        format!(
            "{}  {}  ({versions} {})",
            record.subject_ref, who.full_name, record.identity_version
        ),
        format!(
            "  {}  {}  {}  {kind} {}  {}  {}",
            shown_date(&who.birth_date),
            who.sex.map_or("-", shown_sex),
            who.nationality,
            who.document_number,
            who.phone,
            who.commune,
        ),
        format!(
            "  {}: {} {checked}  {}",
            pick(lang, "Xác minh dân cư", "Population check"),
            record.verification.state.word(),
            reasons(&record.verification.reasons, lang),
        ),
    ];
    for old in history.identities.iter().rev().take(2) {
        let until = pick(lang, "trước đây", "before");
        lines.push(format!(
            "  {until} ({versions} {}, {}): {}  {}  {}",
            old.version,
            day(old.recorded_at),
            old.identity.full_name,
            shown_date(&old.identity.birth_date),
            old.identity.document_number,
        ));
    }
    for link in &history.links {
        lines.push(format!(
            "  {}: {} {}  {} {}",
            pick(lang, "Liên kết", "Link"),
            link.relation.word(),
            link.other,
            day(link.at),
            link.evidence,
        ));
    }
    lines
}

/// The last version of every dose.
fn latest(history: &SubjectHistory) -> impl Iterator<Item = &DoseRecord> {
    let shown = history
        .doses
        .iter()
        .filter(|dose| dose.state != DoseState::Superseded);
    shown.take(SHOWN)
}

fn dose_line(dose: &DoseRecord, history: &SubjectHistory, lang: Lang) -> String {
    let content = &dose.content;
    let was_signed = history.doses.iter().any(|old| {
        old.key.dose_ref == dose.key.dose_ref
            && old.version < dose.version
            && old.attested.is_some()
    });
    let standing = match (dose.state, dose.attested.is_some(), was_signed) {
        (DoseState::Withdrawn, ..) => pick(lang, "đã rút", "withdrawn"),
        (_, true, _) => pick(lang, "cơ sở đã ký", "signed by the facility"),
        (_, false, true) => pick(
            lang,
            "đã sửa sau khi ký, cần ký lại",
            "changed after signing",
        ),
        _ => pick(lang, "chưa ký", "not signed"),
    };
    let name = VietnamVaccine::by_name(&content.vaccine).map_or("?", VietnamVaccine::name);
    format!(
        "  {}  {}  {}  {name}  {}  {}: {}  v{}  {standing}",
        dose.key.dose_ref,
        shown_date(&content.date.to_string()),
        content.kind.map_or("-", dcc_registry::DoseKind::word),
        content.lot.as_deref().unwrap_or("-"),
        pick(lang, "nhập", "entered by"),
        content.entering,
        dose.version,
    )
}

fn certificate_line(record: &CertificateRecord, at: Timestamp, lang: Lang) -> String {
    let intent = &record.intent;
    let expired = at > intent.expires_at;
    let note = match (&record.revoked, expired) {
        (Some((reason, when)), _) => format!("{} {}", reason.word(), day(*when)),
        (None, true) => pick(
            lang,
            "mã QR hết hạn kỹ thuật; việc tiêm chủng vẫn được ghi nhận",
            "the code has expired; the vaccination stays recorded",
        )
        .to_owned(),
        (None, false) => String::new(),
    };
    format!(
        "  {}  {}  {}/{}  {} - {}  {}  {note}",
        record.id(),
        record.state.word(),
        intent.dose.0,
        intent.dose.1,
        day(intent.issued_at),
        day(intent.expires_at),
        intent.occasion.word(),
    )
}

fn cases(history: &SubjectHistory, lang: Lang) -> impl Iterator<Item = String> {
    history.cases.iter().rev().take(3).map(move |case| {
        let list = case.list.as_ref().map_or("-", |list| list.as_str());
        let closed = case.closed_at.map_or_else(String::new, day);
        format!(
            "  #{} {}-{closed}  {}  {}: {list}  {}",
            case.number,
            day(case.opened_at),
            case.custody.word(),
            pick(lang, "danh sách", "list"),
            reasons(&case.reasons, lang),
        )
    })
}

fn requests(history: &SubjectHistory, lang: Lang) -> impl Iterator<Item = String> {
    history.requests.iter().rev().take(3).map(move |request| {
        let state = match request.state {
            RequestState::Accepted => pick(lang, "đã chấp nhận", "accepted"),
            RequestState::Declined => pick(lang, "không chấp nhận", "declined"),
            _ => pick(lang, "đang chờ", "waiting"),
        };
        let why = request
            .decline
            .as_ref()
            .map_or("", |code| reason_text(code, lang));
        format!(
            "  {} {}  {} -> {}  {}: {}  {state} {why}",
            pick(lang, "Yêu cầu sửa", "Request"),
            request.reference,
            request.field,
            request.claimed,
            pick(lang, "cơ sở", "facility"),
            request.facility,
        )
    })
}

fn verdict_words(verdict: &Verdict, lang: Lang) -> String {
    match verdict {
        Verdict::Issue(id) => format!("{} {id}", pick(lang, "cấp", "issued")),
        Verdict::Unchanged(id) => format!("{} {id}", pick(lang, "giữ nguyên", "unchanged")),
        held => reasons(held.reasons(), lang),
    }
}

fn reasons(codes: &[ReasonCode], lang: Lang) -> String {
    let texts = codes.iter().map(|code| {
        let state = crate::RefusalCode::from_code(code.as_str()).map(crate::RefusalCode::code);
        format!(
            "[{}] {}",
            state.unwrap_or(code.as_str()),
            reason_text(code, lang)
        )
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn day(at: Timestamp) -> String {
    at.vietnam_date()
        .map_or_else(String::new, |day| day.strftime("%d/%m/%Y").to_string())
}
