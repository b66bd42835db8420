//! What a person at a desk reads: verdict, fields in Vietnamese and English, and what was checked.

use std::io::{self, Write};

use dcc_model::{
    Certificate, Coded as _, Entry, Lang, RejectCode, Remark, RemarkClass, VaccinePassport,
    ValueSetId, ValueSets,
};
use dcc_verify::{CheckState, Content, Decision, NotChecked, Question, Verdict};

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
                self.times(out, hcert.claims())?;
            }
            Content::Unverified(hcert) if self.show_unverified => {
                let hcert = hcert.dangerous_unverified();
                self.unverified_heading(out)?;
                self.certificate(out, hcert.certificate(), hcert.claims().nationality())?;
                self.times(out, hcert.claims())?;
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
        hcert: &dcc_codec::Hcert,
    ) -> io::Result<()> {
        self.title(out, item, ("ĐÃ ĐỌC", "DECODED"))?;
        self.unverified_heading(out)?;
        self.certificate(out, hcert.certificate(), hcert.claims().nationality())?;
        self.times(out, hcert.claims())?;
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
                let label = format!("{} / {}", field.label(Lang::Vi), field.label(Lang::En));
                writeln!(
                    out,
                    "  {:>2} {label}: {}",
                    field.number(),
                    self.both(&field)
                )?;
            }
            return Ok(());
        }
        writeln!(out, "  Họ và tên / Name: {}", certificate.holder())?;
        writeln!(
            out,
            "  Ngày sinh / Date of birth: {}",
            certificate.birth_date()
        )?;
        self.entry(out, certificate.entry())
    }

    /// A field's value: once if it reads the same in both languages.
    fn both(&self, field: &dcc_model::PassportField) -> String {
        let values: Vec<_> = self
            .languages
            .iter()
            .map(|lang| field.value(*lang))
            .collect();
        match values.as_slice() {
            [one, two] if one != two => format!("{one} / {two}"),
            [one, ..] => one.to_string(),
            [] => String::new(),
        }
    }

    fn entry(&self, out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
        let shown = |set, code: &str| self.shown(set, code);
        let disease = shown(ValueSetId::Disease, entry.disease());
        writeln!(out, "  Bệnh dịch / Disease: {disease}")?;
        match entry {
            Entry::Test(test) => {
                writeln!(
                    out,
                    "  Loại xét nghiệm / Test: {}",
                    shown(ValueSetId::TestType, test.test_type())
                )?;
                writeln!(
                    out,
                    "  Kết quả / Result: {}",
                    shown(ValueSetId::TestResult, test.result())
                )?;
                writeln!(out, "  Thời điểm lấy mẫu / Sampled: {}", test.sampled_at())?;
            }
            Entry::Recovery(recovery) => {
                writeln!(
                    out,
                    "  Dương tính lần đầu / First positive: {}",
                    recovery.first_positive()
                )?;
                writeln!(
                    out,
                    "  Hiệu lực / Valid: {} – {}",
                    recovery.valid_from(),
                    recovery.valid_until()
                )?;
            }
            _ => {}
        }
        writeln!(
            out,
            "  Nước / Country: {}",
            shown(ValueSetId::Country, entry.country())
        )?;
        writeln!(out, "  Đơn vị cấp / Issuer: {}", entry.issuer())?;
        writeln!(out, "  Mã số / Certificate id: {}", entry.certificate_id())
    }

    fn shown(&self, set: ValueSetId, code: &str) -> String {
        match self.value_sets.display(set, code) {
            Some(display) => display.to_owned(),
            None => format!("{code} (?)"),
        }
    }

    fn times(&self, out: &mut dyn Write, claims: &dcc_codec::CwtClaims) -> io::Result<()> {
        let issuer = claims.issuer().unwrap_or("–");
        writeln!(out, "  Nước cấp / Issuing country: {issuer}")?;
        if let Some(issued) = claims.issued_at() {
            writeln!(out, "  Cấp lúc / Issued at: {issued}")?;
        }
        writeln!(
            out,
            "  Mã QR hết hạn kỹ thuật / QR expires: {}",
            claims.expires_at()
        )?;
        self.line(
            out,
            "Mã QR hết hạn kỹ thuật; việc tiêm chủng vẫn được ghi nhận.",
            "The expiry is technical; the record behind the code stands.",
        )
    }

    fn checks(&self, out: &mut dyn Write, verdict: &Verdict) -> io::Result<()> {
        let asked: Vec<_> = verdict
            .checks()
            .iter()
            .map(|(question, state)| Self::check(question, state))
            .collect();
        self.line(out, "Đã kiểm tra:", "Checks:")?;
        writeln!(out, "    {}", asked.join("; "))?;
        let strict = if verdict.policy().is_strict() {
            ", strict"
        } else {
            ""
        };
        writeln!(out, "    policy: {}{strict}", verdict.policy().name())
    }

    fn check(question: Question, state: CheckState) -> String {
        let state = match state {
            CheckState::NotChecked(NotChecked::Off) => "not checked (off)".to_owned(),
            CheckState::NotChecked(why) => format!("not checked ({})", why.word()),
            other => other.detail().map_or_else(
                || other.word().to_owned(),
                |d| format!("{} ({d})", other.word()),
            ),
        };
        format!("{question}: {state}")
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

/// What was noticed while reading the input, then what was noticed in the certificate.
pub(crate) fn all<'a>(input: &'a [Remark], certificate: &'a [Remark]) -> Vec<&'a Remark> {
    input.iter().chain(certificate).collect()
}
