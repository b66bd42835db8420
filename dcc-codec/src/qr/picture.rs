//! PNG and JPEG pictures in, bounded before anything is allocated.

use core::fmt;
use std::io::Cursor;

use dcc_model::RejectCode;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader};

use super::detect::{Luma, detect};

/// Bounds of one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    pixels: u64,
    bytes: u64,
}

impl PictureLimits {
    /// These limits with another number of pixels (50 million).
    #[must_use]
    pub const fn with_pixels(mut self, pixels: u64) -> Self {
        self.pixels = pixels;
        self
    }

    /// These limits with another size of the decoded picture in bytes (256 MiB).
    #[must_use]
    pub const fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Most pixels.
    pub const fn pixels(&self) -> u64 {
        self.pixels
    }

    /// Most bytes of the decoded picture.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            pixels: 50_000_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// Why a picture gives no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("neither PNG nor JPEG")]
    Format,
    /// No QR or Aztec symbol was found.
    #[error("no QR or Aztec symbol was found")]
    NoCode,
    /// The picture is larger than the limits.
    #[error("{width} x {height} pixels pass the limit")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The picture is damaged.
    #[error("the picture cannot be decoded")]
    Unreadable,
}

impl PictureError {
    /// The code of this reason.
    pub const fn reject_code(&self) -> RejectCode {
        match self {
            Self::Format | Self::Unreadable => RejectCode::PictureUnreadable,
            Self::NoCode => RejectCode::PictureNoCode,
            Self::TooLarge { .. } => RejectCode::PictureTooLarge,
        }
    }
}

/// A picture format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PictureFormat {
    /// ITU-T T.81.
    Jpeg,
    /// ISO/IEC 15948.
    Png,
}

/// The format by the first bytes of a picture; eight are enough.
pub fn picture_format(start: &[u8]) -> Option<PictureFormat> {
    if start.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(PictureFormat::Png);
    }
    start
        .starts_with(&[0xff, 0xd8, 0xff])
        .then_some(PictureFormat::Jpeg)
}

/// A kind of symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Symbology {
    /// ISO/IEC 24778.
    Aztec,
    /// ISO/IEC 18004.
    Qr,
}

/// A symbol that was found in a picture. `Debug` shows the kind and the length only.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureCode {
    text: String,
    symbology: Symbology,
}

impl PictureCode {
    pub(super) const fn new(text: String, symbology: Symbology) -> Self {
        Self { text, symbology }
    }

    /// The text as it stands in the symbol.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind of symbol.
    pub const fn symbology(&self) -> Symbology {
        self.symbology
    }
}

impl fmt::Debug for PictureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PictureCode")
            .field("symbology", &self.symbology)
            .field("text", &self.text.len())
            .finish()
    }
}

/// Reads every QR and Aztec symbol in a PNG or JPEG, top to bottom. The same text twice is given
/// once.
///
/// # Errors
/// [`PictureError`] where the picture cannot be decoded within `limits` or holds no symbol.
pub fn read_picture(
    bytes: &[u8],
    limits: &PictureLimits,
) -> Result<Vec<PictureCode>, PictureError> {
    let luma = decode(bytes, limits)?;
    let codes = detect(&luma);
    if codes.is_empty() {
        Err(PictureError::NoCode)
    } else {
        Ok(codes)
    }
}

fn decode(bytes: &[u8], limits: &PictureLimits) -> Result<Luma, PictureError> {
    let format = match picture_format(bytes).ok_or(PictureError::Format)? {
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Png => ImageFormat::Png,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(limits.bytes);
    reader.limits(allowed);
    let decoder = reader
        .into_decoder()
        .map_err(|_| PictureError::Unreadable)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > limits.pixels || decoder.total_bytes() > limits.bytes {
        return Err(PictureError::TooLarge { width, height });
    }
    let image = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Unreadable)?;
    Luma::new(width, height, luma(&image)).ok_or(PictureError::Unreadable)
}

/// Brightness, transparent pixels on white.
fn luma(image: &DynamicImage) -> Vec<u8> {
    if !image.color().has_alpha() {
        return image.to_luma8().into_raw();
    }
    let blended = image.to_luma_alpha8().into_raw();
    let (pixels, _) = blended.as_chunks::<2>();
    pixels
        .iter()
        .map(|[light, alpha]| on_white(*light, *alpha))
        .collect()
}

fn on_white(light: u8, alpha: u8) -> u8 {
    let shown = u32::from(light).saturating_mul(u32::from(alpha));
    let white = u32::from(!alpha).saturating_mul(255);
    u8::try_from(shown.saturating_add(white) / 255).unwrap_or(u8::MAX)
}
