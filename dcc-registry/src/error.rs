//! Why a store could not do what it was asked: a kind and, where one was broken, a constraint.

use core::fmt;

use dcc_model::{Coded, Lang};

/// The kinds of failure of a store; callers decide by these and by nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// What was named does not exist.
    NotFound,
    /// It exists already with other content, or has moved on since it was read.
    Conflict,
    /// A call that breaks the method's own rules; nothing was done.
    Invalid,
    /// The store cannot be reached, is busy or full; the same call may succeed later.
    Unavailable,
    /// What is stored cannot be true: undecodable rows, a schema of another program.
    Corrupt,
}

impl Coded for StoreErrorKind {
    const ALL: &'static [Self] = &[
        Self::NotFound,
        Self::Conflict,
        Self::Invalid,
        Self::Unavailable,
        Self::Corrupt,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::NotFound => "store-not-found",
            Self::Conflict => "store-conflict",
            Self::Invalid => "store-invalid",
            Self::Unavailable => "store-unavailable",
            Self::Corrupt => "store-corrupt",
        }
    }

    fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::NotFound, Lang::Vi) => "Không có bản ghi này trong sổ đăng ký.",
            (Self::NotFound, _) => "The register has no such record.",
            (Self::Conflict, Lang::Vi) => {
                "Bản ghi đã tồn tại với nội dung khác hoặc đã thay đổi sau khi đọc. Đọc lại rồi thử lại."
            }
            (Self::Conflict, _) => {
                "The record exists with other content or has changed since it was read. Read it again and retry."
            }
            (Self::Invalid, Lang::Vi) => "Lời gọi sai quy tắc của sổ đăng ký; chưa có gì thay đổi.",
            (Self::Invalid, _) => "The call breaks a rule of the register; nothing was changed.",
            (Self::Unavailable, Lang::Vi) => {
                "Chưa truy cập được sổ đăng ký (mất kết nối, bận hoặc hết chỗ). Thử lại sau."
            }
            (Self::Unavailable, _) => {
                "The register cannot be reached (connection, load or space). Try again later."
            }
            (Self::Corrupt, Lang::Vi) => {
                "Dữ liệu trong sổ đăng ký hỏng hoặc thuộc phiên bản khác. Dừng lại và kiểm tra."
            }
            (Self::Corrupt, _) => {
                "The register's data are damaged or of another version. Stop and examine it."
            }
        }
    }
}

/// A failure of a store.
///
/// It holds no text of the database and no value of a row: a backend turns foreign errors into a
/// kind and the name of one of its own constraints at once, because database messages quote
/// people's data.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", .kind.text(Lang::En), Suffix(*.constraint))]
pub struct StoreError {
    kind: StoreErrorKind,
    constraint: Option<&'static str>,
}

impl StoreError {
    /// A failure of this kind.
    pub const fn new(kind: StoreErrorKind) -> Self {
        Self {
            kind,
            constraint: None,
        }
    }

    /// The same failure, naming the constraint, table or rule that it is about. The name is
    /// written in the program, never taken from data.
    #[must_use]
    pub const fn about(self, constraint: &'static str) -> Self {
        Self {
            kind: self.kind,
            constraint: Some(constraint),
        }
    }

    /// What kind of failure it is.
    pub const fn kind(self) -> StoreErrorKind {
        self.kind
    }

    /// The constraint, table or rule it is about, where one is known.
    pub const fn constraint(self) -> Option<&'static str> {
        self.constraint
    }

    pub(crate) const fn corrupt(about: &'static str) -> Self {
        Self::new(StoreErrorKind::Corrupt).about(about)
    }

    pub(crate) const fn conflict(about: &'static str) -> Self {
        Self::new(StoreErrorKind::Conflict).about(about)
    }

    pub(crate) const fn invalid(about: &'static str) -> Self {
        Self::new(StoreErrorKind::Invalid).about(about)
    }

    pub(crate) const fn not_found(about: &'static str) -> Self {
        Self::new(StoreErrorKind::NotFound).about(about)
    }

    pub(crate) const fn unavailable(about: &'static str) -> Self {
        Self::new(StoreErrorKind::Unavailable).about(about)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "StoreError({}{})",
            self.kind.code(),
            Suffix(self.constraint)
        )
    }
}

struct Suffix(Option<&'static str>);

impl fmt::Display for Suffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, " [{name}]"),
            None => Ok(()),
        }
    }
}
