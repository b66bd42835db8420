//! QR symbols (ISO/IEC 18004) out.

use core::fmt::{self, Write as _};

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// Modules of light around the symbol (ISO/IEC 18004 section 9.1).
const QUIET_ZONE: i32 = 4;

/// Most pixels a module in a PNG: more makes pictures that readers refuse.
const LARGEST_SCALE: u32 = 64;

/// Why there is no symbol or no picture of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// The PNG could not be written.
    #[error("the PNG could not be written")]
    Png,
    /// No pixels a module, or too many.
    #[error("{scale} pixels a module; from 1 to {limit} can be drawn")]
    Scale {
        /// The wanted scale.
        scale: u32,
        /// The largest.
        limit: u32,
    },
    /// More than the largest symbol holds (4296 characters).
    #[error("{length} bytes do not fit into a QR symbol")]
    TooLong {
        /// Bytes of the text.
        length: usize,
    },
}

/// How much damage a symbol survives (ISO/IEC 18004 section 6.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CorrectionLevel {
    /// 7 %.
    L,
    /// 15 %.
    M,
    /// 25 %: what HCERT recommends.
    Q,
}

impl CorrectionLevel {
    /// From the one that HCERT recommends to the one that holds most.
    const IN_ORDER: [Self; 3] = [Self::Q, Self::M, Self::L];

    const fn ecc(self) -> QrCodeEcc {
        match self {
            Self::L => QrCodeEcc::Low,
            Self::M => QrCodeEcc::Medium,
            Self::Q => QrCodeEcc::Quartile,
        }
    }
}

/// A QR symbol with its quiet zone.
///
/// It is the certificate: whoever sees it can copy it. `Debug` shows version and level only.
#[derive(Clone, PartialEq, Eq)]
pub struct QrSymbol {
    code: QrCode,
    level: CorrectionLevel,
}

impl QrSymbol {
    /// Encodes a text at level Q (HCERT 1.0.8 section 4.3), in alphanumeric mode where the text
    /// allows it; at M or L only where it does not fit otherwise.
    ///
    /// # Errors
    /// [`QrError::TooLong`] where it does not fit at all.
    pub fn encode(text: &str) -> Result<Self, QrError> {
        let segments = QrSegment::make_segments(text);
        let encoded = |level: CorrectionLevel| {
            let (min, max) = (Version::MIN, Version::MAX);
            let ecc = level.ecc();
            QrCode::encode_segments_advanced(&segments, ecc, min, max, None::<Mask>, false)
                .ok()
                .map(|code| Self { code, level })
        };
        CorrectionLevel::IN_ORDER
            .into_iter()
            .find_map(encoded)
            .ok_or(QrError::TooLong { length: text.len() })
    }

    /// The level it was encoded at.
    pub const fn level(&self) -> CorrectionLevel {
        self.level
    }

    /// Version 1 to 40.
    pub fn version(&self) -> u8 {
        self.code.version().value()
    }

    /// Modules a side, quiet zone included.
    pub fn size(&self) -> u32 {
        u32::try_from(self.end().saturating_add(QUIET_ZONE)).unwrap_or_default()
    }

    /// End of the modules, counted from the symbol's own corner.
    fn end(&self) -> i32 {
        self.code.size().saturating_add(QUIET_ZONE)
    }

    fn range(&self) -> core::ops::Range<i32> {
        -QUIET_ZONE..self.end()
    }

    /// A PNG with one bit a pixel and `scale` pixels a module.
    ///
    /// # Errors
    /// [`QrError::Scale`] for 0 or more than 64.
    pub fn to_png(&self, scale: u32) -> Result<Vec<u8>, QrError> {
        if !(1..=LARGEST_SCALE).contains(&scale) {
            return Err(QrError::Scale {
                scale,
                limit: LARGEST_SCALE,
            });
        }
        let side = self.size().saturating_mul(scale);
        let mut pixels = Vec::new();
        for y in self.range() {
            let row = self.pixel_row(y, scale);
            for _ in 0..scale {
                pixels.extend_from_slice(&row);
            }
        }
        let mut out = Vec::new();
        write_png(&mut out, side, &pixels).map_err(|_| QrError::Png)?;
        Ok(out)
    }

    /// One row of pixels, eight a byte, light is 1.
    fn pixel_row(&self, y: i32, scale: u32) -> Vec<u8> {
        let mut row = Vec::new();
        let (mut byte, mut bits) = (0_u8, 0_u8);
        for x in self.range() {
            for _ in 0..scale {
                byte = (byte << 1) | u8::from(!self.code.get_module(x, y));
                bits = bits.saturating_add(1);
                if bits == 8 {
                    row.push(byte);
                    (byte, bits) = (0, 0);
                }
            }
        }
        if bits > 0 {
            row.push(
                byte.checked_shl(u32::from(8_u8.saturating_sub(bits)))
                    .unwrap_or_default(),
            );
        }
        row
    }

    /// An SVG that scales without smoothing: one path, dark runs row by row.
    pub fn to_svg(&self) -> String {
        let side = self.size();
        let mut path = String::new();
        for (row, y) in self.range().enumerate() {
            let mut column = 0_usize;
            let modules: Vec<bool> = self.range().map(|x| self.code.get_module(x, y)).collect();
            for run in modules.chunk_by(|one, next| one == next) {
                if run.first() == Some(&true) {
                    let length = run.len();
                    // Writing to a String does not fail.
                    let _ = write!(path, "M{column},{row}h{length}v1h-{length}z");
                }
                column = column.saturating_add(run.len());
            }
        }
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" "#,
                r##"shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{side}v{side}h-{side}z"/>"##,
                r##"<path fill="#000" d="{path}"/></svg>"##,
            ),
            side = side,
            path = path,
        )
    }

    /// Text of half blocks for a dark terminal, two rows of modules a line.
    pub fn to_terminal(&self) -> String {
        let mut out = String::new();
        let rows: Vec<i32> = self.range().collect();
        for pair in rows.chunks(2) {
            let light = |row: Option<&i32>, x| row.is_some_and(|y| !self.code.get_module(x, *y));
            for x in self.range() {
                out.push(match (light(pair.first(), x), light(pair.get(1), x)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            out.push('\n');
        }
        out
    }
}

fn write_png(out: &mut Vec<u8>, side: u32, pixels: &[u8]) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(out, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()
}

impl fmt::Debug for QrSymbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrSymbol")
            .field("version", &self.version())
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
