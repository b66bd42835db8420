//! Pictures (HCERT 1.0.8 section 4.3): QR symbols out, QR and Aztec symbols in.
//!
//! ```
//! use dcc_codec::qr::{PictureLimits, QrSymbol, read_picture};
//!
//! let symbol = QrSymbol::encode("HC1:6BF")?;
//! let codes = read_picture(&symbol.to_png(4)?, &PictureLimits::default())?;
//! assert_eq!(codes[0].text(), "HC1:6BF");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod detect;
mod picture;
mod symbol;
#[cfg(test)]
mod tests;

pub use picture::{
    PictureCode, PictureError, PictureFormat, PictureLimits, Symbology, picture_format,
    read_picture,
};
pub use symbol::{CorrectionLevel, QrError, QrSymbol};
