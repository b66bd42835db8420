//! Rows of value sets.

use alloc::borrow::Cow;

/// A code of a value set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSetEntry {
    code: Cow<'static, str>,
    display: Cow<'static, str>,
    active: bool,
}

impl ValueSetEntry {
    pub(super) const fn new(
        code: Cow<'static, str>,
        display: Cow<'static, str>,
        active: bool,
    ) -> Self {
        Self {
            code,
            display,
            active,
        }
    }

    pub(super) const fn fixed(code: &'static str, display: &'static str, active: bool) -> Self {
        Self::new(Cow::Borrowed(code), Cow::Borrowed(display), active)
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What it is called, in English.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Whether it may still be issued.
    pub const fn is_active(&self) -> bool {
        self.active
    }
}

/// A row of the encoding instructions for vaccines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodingRow {
    product: Cow<'static, str>,
    holder: Cow<'static, str>,
    vaccines: Cow<'static, [Cow<'static, str>]>,
}

impl EncodingRow {
    pub(super) const fn new(
        product: Cow<'static, str>,
        holder: Cow<'static, str>,
        vaccines: Cow<'static, [Cow<'static, str>]>,
    ) -> Self {
        Self {
            product,
            holder,
            vaccines,
        }
    }

    pub(super) const fn fixed(
        product: &'static str,
        holder: &'static str,
        vaccines: &'static [Cow<'static, str>],
    ) -> Self {
        Self::new(
            Cow::Borrowed(product),
            Cow::Borrowed(holder),
            Cow::Borrowed(vaccines),
        )
    }

    /// `mp`.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// `ma`.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// The codes `vp` that may go with the product.
    pub fn vaccines(&self) -> impl Iterator<Item = &str> {
        self.vaccines.iter().map(AsRef::as_ref)
    }

    /// Whether `vaccine` is one of them.
    pub fn has_vaccine(&self, vaccine: &str) -> bool {
        self.vaccines().any(|code| code == vaccine)
    }
}
