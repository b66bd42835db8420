//! What a person at a desk reads: verdict, fields in Vietnamese and English, and what was checked.

use std::io::{self, Write};

use dcc_codec::Hcert;
use dcc_model::{
    Certificate, Coded as _, Entry, EntryKind, Lang, PassportField, RejectCode, Remark,
    RemarkClass, VaccinePassport, ValueSetId, ValueSets,
};
use dcc_verify::{Content, Decision, Verdict};

mod gate;
mod words;

use crate::input::Item;

/// How results are shown to people.
#[derive(Debug)]
pub(crate) struct View {
    languages: &'static [Lang],
    /// Whether the claims of an unverified certificate are shown, personal data included.
    show_unverified: bool,
    value_sets: ValueSets,
}

impl View {
    pub(crate) fn new(languages: &'static [Lang], show_unverified: bool) -> Self {
        Self {
            languages,
            show_unverified,
            value_sets: ValueSets::builtin(),
        }
    }

    /// The result of a check.
    pub(crate) fn verdict(
        &self,
        out: &mut dyn Write,
        item: &Item,
        verdict: &Verdict,
    ) -> io::Result<()> {
        let words = match verdict.decision() {
            Decision::Accept => ("ĐẠT", "ACCEPTED"),
            Decision::Reject => ("KHÔNG ĐẠT", "REJECTED"),
            _ => ("CHƯA KẾT LUẬN", "UNDECIDED"),
        };
        self.title(out, item, words)?;
        for lang in self.languages {
            writeln!(out, "  {}", verdict.reason(*lang))?;
        }
        if let (Some(stage), Some(code)) = (verdict.stage(), verdict.code()) {
            writeln!(out, "  [{stage}: {}]", code.code())?;
        }
        match verdict.content() {
            Content::Verified(hcert) => {
                let hcert = hcert.get();
                self.certificate(out, hcert.certificate(), hcert.claims().nationality())?;
                self.times(out, hcert)?;
            }
            Content::Unverified(hcert) if self.show_unverified => {
                let hcert = hcert.dangerous_unverified();
                self.unverified_heading(out)?;
                self.certificate(out, hcert.certificate(), hcert.claims().nationality())?;
                self.times(out, hcert)?;
            }
            Content::Unverified(_) => self.line(
                out,
                "Nội dung chưa được xác thực nên không hiển thị (--show-unverified để xem).",
                "The content is unverified and not shown (--show-unverified shows it).",
            )?,
            _ => {}
        }
        self.checks(out, verdict)?;
        self.remarks(out, &all(&item.remarks, verdict.remarks()))?;
        writeln!(out)
    }

    /// An input in which there was nothing to check.
    pub(crate) fn unread(
        &self,
        out: &mut dyn Write,
        item: &Item,
        code: RejectCode,
    ) -> io::Result<()> {
        self.title(out, item, ("KHÔNG ĐẠT", "REJECTED"))?;
        for lang in self.languages {
            writeln!(out, "  {}", code.text(*lang))?;
        }
        writeln!(out, "  [{}: {}]\n", code.stage(), code.code())
    }

    /// A certificate that was read, not checked.
    pub(crate) fn decoded(
        &self,
        out: &mut dyn Write,
        item: &Item,
        hcert: &Hcert,
    ) -> io::Result<()> {
        self.title(out, item, ("ĐÃ ĐỌC", "DECODED"))?;
        self.unverified_heading(out)?;
        self.certificate(out, hcert.certificate(), hcert.claims().nationality())?;
        self.times(out, hcert)?;
        self.remarks(out, &all(&item.remarks, hcert.remarks()))?;
        writeln!(out)
    }

    fn title(&self, out: &mut dyn Write, item: &Item, (vi, en): (&str, &str)) -> io::Result<()> {
        write!(out, "#{} {}  ", item.index, item.source)?;
        let words = self
            .languages
            .iter()
            .map(|lang| if *lang == Lang::Vi { vi } else { en });
        writeln!(out, "{}", words.collect::<Vec<_>>().join(" / "))
    }

    fn unverified_heading(&self, out: &mut dyn Write) -> io::Result<()> {
        self.line(
            out,
            "CHƯA XÁC THỰC – nội dung do mã tự khai, chưa kiểm tra chữ ký:",
            "UNVERIFIED – what the code claims; nobody's signature was checked:",
        )
    }

    fn line(&self, out: &mut dyn Write, vi: &str, en: &str) -> io::Result<()> {
        for lang in self.languages {
            writeln!(out, "  {}", if *lang == Lang::Vi { vi } else { en })?;
        }
        Ok(())
    }

    fn certificate(
        &self,
        out: &mut dyn Write,
        certificate: &Certificate,
        nationality: Option<&str>,
    ) -> io::Result<()> {
        if let Some(passport) = VaccinePassport::new(certificate, nationality) {
            for field in passport.fields(&self.value_sets) {
                let (vi, en) = (field.label(Lang::Vi), field.label(Lang::En));
                row(
                    out,
                    &format!("{:>2} {vi} / {en}", field.number()),
                    &self.both(&field),
                )?;
            }
            return Ok(());
        }
        row(out, "Họ và tên / Name", &certificate.holder())?;
        row(
            out,
            "Ngày sinh / Date of birth",
            &certificate.birth_date().to_string(),
        )?;
        self.entry(out, certificate.entry())
    }

    /// A field's value: once if it reads the same in both languages.
    fn both(&self, field: &PassportField) -> String {
        let mut values: Vec<_> = self
            .languages
            .iter()
            .map(|lang| field.value(*lang))
            .collect();
        values.dedup();
        values.join(" / ")
    }

    fn entry(&self, out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
        row(
            out,
            "Bệnh dịch / Disease",
            &self.shown(ValueSetId::Disease, entry.disease()),
        )?;
        match entry {
            Entry::Test(test) => {
                let test_type = self.shown(ValueSetId::TestType, test.test_type());
                row(out, "Loại xét nghiệm / Test", &test_type)?;
                row(
                    out,
                    "Kết quả / Result",
                    &self.shown(ValueSetId::TestResult, test.result()),
                )?;
                row(
                    out,
                    "Thời điểm lấy mẫu / Sampled",
                    &test.sampled_at().to_string(),
                )?;
            }
            Entry::Recovery(recovery) => {
                let first = recovery.first_positive().to_string();
                row(out, "Dương tính lần đầu / First positive", &first)?;
                row(
                    out,
                    "Hiệu lực từ / Valid from",
                    &recovery.valid_from().to_string(),
                )?;
                row(
                    out,
                    "Hiệu lực đến / Valid until",
                    &recovery.valid_until().to_string(),
                )?;
            }
            _ => {}
        }
        row(
            out,
            "Nước / Country",
            &self.shown(ValueSetId::Country, entry.country()),
        )?;
        row(out, "Đơn vị cấp / Issuer", entry.issuer())?;
        row(out, "Mã số / Certificate id", entry.certificate_id())
    }

    fn shown(&self, set: ValueSetId, code: &str) -> String {
        match self.value_sets.display(set, code) {
            Some(display) => display.to_owned(),
            None => format!("{code} (?)"),
        }
    }

    fn times(&self, out: &mut dyn Write, hcert: &Hcert) -> io::Result<()> {
        let claims = hcert.claims();
        row(
            out,
            "Nước cấp / Issuing country",
            claims.issuer().unwrap_or("–"),
        )?;
        if let Some(issued) = claims.issued_at() {
            row(out, "Cấp lúc / Issued at", &issued.to_string())?;
        }
        row(
            out,
            "Mã QR hết hạn kỹ thuật / QR expires",
            &claims.expires_at().to_string(),
        )?;
        if hcert.certificate().entry().kind() == EntryKind::Vaccination {
            self.line(
                out,
                "Mã QR hết hạn kỹ thuật; việc tiêm chủng vẫn được ghi nhận.",
                "The expiry is technical; the vaccination stays on record.",
            )?;
        }
        Ok(())
    }

    fn checks(&self, out: &mut dyn Write, verdict: &Verdict) -> io::Result<()> {
        for lang in self.languages {
            let asked = verdict.checks().iter();
            let asked: Vec<_> = asked
                .map(|(q, state)| words::check(q, state, *lang))
                .collect();
            let title = if *lang == Lang::Vi {
                "Đã kiểm tra"
            } else {
                "Checks"
            };
            writeln!(out, "  {title}: {}", asked.join("; "))?;
        }
        let policy = verdict.policy();
        let strict = if policy.is_strict() { ", strict" } else { "" };
        writeln!(out, "  Chính sách / Policy: {}{strict}", policy.name())
    }

    fn remarks(&self, out: &mut dyn Write, remarks: &[&Remark]) -> io::Result<()> {
        for remark in remarks {
            let mark = match remark.class() {
                RemarkClass::Deviation => "!",
                _ => "-",
            };
            let texts: Vec<_> = self
                .languages
                .iter()
                .map(|lang| remark.code().text(*lang))
                .collect();
            writeln!(
                out,
                "  {mark} {} ({}): {}",
                remark.code().code(),
                remark.at(),
                texts.join(" / ")
            )?;
        }
        Ok(())
    }
}

/// One line of label and value; the value may come from a forger.
fn row(out: &mut dyn Write, label: &str, value: &str) -> io::Result<()> {
    writeln!(out, "  {label}: {}", words::harmless(value))
}

/// What was noticed while reading the input, then what was noticed in the certificate.
pub(crate) fn all<'a>(input: &'a [Remark], certificate: &'a [Remark]) -> Vec<&'a Remark> {
    input.iter().chain(certificate).collect()
}
