//! `dcc feed`: what happened to certificates, in one order, behind a cursor.

use dcc_issue::campaign::published_after;
use dcc_model::ValueSets;
use dcc_registry::{FeedCursor, FeedEntry, FeedKind, FeedStore as _};
use serde_json::{Value, json};

use super::{Failure, print};
use crate::args::records::FeedArgs;
use crate::registry_url::Absent;
use crate::runtime;

/// Entries placed or read at once.
const PAGE: usize = 1000;

pub(super) fn run(args: &FeedArgs) -> Result<(), Failure> {
    runtime::block_on(told(args))
}

async fn told(args: &FeedArgs) -> Result<(), Failure> {
    let register = args.register.open(Absent::Refuse).await?;
    while register.store.relay(PAGE).await? > 0 {}
    let mut cursor = FeedCursor::new(args.since);
    let mut left = args.limit;
    let mut lines = Vec::new();
    let value_sets = ValueSets::builtin();
    while args.certificates && left > 0 {
        let page = left.min(PAGE);
        let (published, behind) = published_after(&register.store, cursor, page).await?;
        if behind == cursor {
            break;
        }
        let told = published
            .iter()
            .map(|one| one.to_json(&value_sets).to_string());
        lines.extend(told);
        let entries = behind.position().saturating_sub(cursor.position());
        left = left.saturating_sub(usize::try_from(entries).unwrap_or(usize::MAX));
        cursor = behind;
    }
    if args.certificates {
        register.store.close().await;
        return print(lines);
    }
    while left > 0 {
        let (entries, behind) = register.store.feed(cursor, left.min(PAGE)).await?;
        if entries.is_empty() {
            break;
        }
        left = left.saturating_sub(entries.len());
        let before = behind
            .position()
            .saturating_sub(u64::try_from(entries.len()).unwrap_or(0));
        for (place, entry) in (before.saturating_add(1)..).zip(&entries) {
            lines.push(line(place, entry).to_string());
        }
        cursor = behind;
    }
    register.store.close().await;
    print(lines)
}

/// One entry: its cursor (read on behind it), the certificate, and what an application tells its
/// holder.
fn line(cursor: u64, entry: &FeedEntry) -> Value {
    let (event, other, reason, vi, en) = match &entry.kind {
        FeedKind::Published { supersedes: None } => (
            "published",
            None,
            None,
            "Hộ chiếu vắc xin của bạn đã được cấp.",
            "Your vaccine passport was issued.",
        ),
        FeedKind::Published { supersedes } => (
            "published",
            supersedes.as_ref(),
            None,
            "Mã QR mới của bạn đã có; mã cũ không cần dùng nữa.",
            "Your new QR code is ready; the old one is no longer needed.",
        ),
        FeedKind::Superseded { by } => (
            "superseded",
            Some(by),
            None,
            "Mã QR này đã được thay bằng mã mới.",
            "This QR code was replaced by a new one.",
        ),
        FeedKind::Revoked(reason) => (
            "revoked",
            None,
            Some(reason.word()),
            "Mã QR này đã bị thu hồi. Liên hệ cơ sở tiêm chủng.",
            "This QR code was revoked. Ask the vaccinating facility.",
        ),
        _ => ("other", None, None, "", ""),
    };
    json!({
        "cursor": cursor,
        "at": entry.at.to_string(),
        "event": event,
        "uvci": entry.certificate.as_str(),
        "other": other.map(dcc_registry::CertificateId::as_str),
        "reason": reason,
        "notice": {"vi": vi, "en": en},
    })
}
