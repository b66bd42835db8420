//! Finding symbols in a picture's brightness.

use core::panic::AssertUnwindSafe;
use std::collections::HashSet;
use std::panic::catch_unwind;

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::qrcode::QRCodeMultiReader;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, MultiUseMultiFormatReader,
    RXingResult,
};

use super::{PictureCode, Symbology};

/// Larger pictures are looked at in smaller form first: symbols on photographs are large.
const USUAL_PIXELS: usize = 4_000_000;

/// Smaller pictures than this are also looked at in larger form.
const SMALL_PIXELS: usize = 1_000_000;

/// The brightness of a picture, row by row.
#[derive(Clone)]
pub(super) struct Luma {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Luma {
    /// `None` if the pixels are not those of such a picture, or there are none.
    pub(super) fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Self> {
        let size = usize::try_from(width)
            .ok()?
            .checked_mul(usize::try_from(height).ok()?)?;
        (size == pixels.len() && size > 0).then_some(Self {
            width,
            height,
            pixels,
        })
    }

    fn row_length(&self) -> usize {
        usize::try_from(self.width).unwrap_or(usize::MAX).max(1)
    }

    /// Half as wide and high, four pixels averaged into one.
    fn halved(&self) -> Option<Self> {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(self.pixels.len() / 4);
        for rows in self.pixels.chunks_exact(self.row_length().checked_mul(2)?) {
            let (upper, lower) = rows.split_at_checked(self.row_length())?;
            let (upper, _) = upper.as_chunks::<2>();
            let (lower, _) = lower.as_chunks::<2>();
            for ([a, b], [c, d]) in upper.iter().zip(lower) {
                let sum = [a, b, c, d]
                    .into_iter()
                    .fold(0_u16, |sum, pixel| sum.saturating_add(u16::from(*pixel)));
                pixels.push(u8::try_from(sum / 4).unwrap_or(u8::MAX));
            }
        }
        Self::new(width, height, pixels)
    }

    /// Twice as wide and high.
    fn doubled(&self) -> Option<Self> {
        let mut pixels = Vec::with_capacity(self.pixels.len().checked_mul(4)?);
        for row in self.pixels.chunks_exact(self.row_length()) {
            let wide: Vec<u8> = row.iter().flat_map(|pixel| [*pixel, *pixel]).collect();
            pixels.extend_from_slice(&wide);
            pixels.extend_from_slice(&wide);
        }
        Self::new(
            self.width.checked_mul(2)?,
            self.height.checked_mul(2)?,
            pixels,
        )
    }

    /// Light for dark.
    fn inverted(&self) -> Self {
        let pixels = self.pixels.iter().map(|pixel| !pixel).collect();
        Self {
            width: self.width,
            height: self.height,
            pixels,
        }
    }

    /// What is found in this form of the picture, top to bottom.
    fn codes(&self) -> Vec<PictureCode> {
        let mut found = Vec::new();
        if let Ok(source) = Luma8Source::new_with_slice(&self.pixels, self.width, self.height) {
            found = read(HybridBinarizer::new(source.clone()));
            if found.is_empty() {
                found = read(GlobalHistogramBinarizer::new(source));
            }
        }
        found.sort_by_key(place);
        let mut seen = HashSet::new();
        found.retain(|result| seen.insert(result.getText().to_owned()));
        found.iter().filter_map(picture_code).collect()
    }
}

/// Looks at a picture in one form after the other until symbols are found.
pub(super) fn detect(picture: &Luma) -> Vec<PictureCode> {
    let mut usual = picture.clone();
    while usual.pixels.len() > USUAL_PIXELS {
        match usual.halved() {
            Some(halved) => usual = halved,
            None => break,
        }
    }
    let enlarged = || {
        (usual.pixels.len() < SMALL_PIXELS)
            .then(|| usual.doubled())
            .flatten()
    };
    let forms: [&dyn Fn() -> Option<Luma>; 5] = [
        &|| Some(usual.clone()),
        &|| Some(usual.inverted()),
        &|| usual.halved(),
        &enlarged,
        &|| (usual.pixels.len() < picture.pixels.len()).then(|| picture.clone()),
    ];
    let found = |form: &dyn Fn() -> Option<Luma>| {
        let form = form()?;
        // The reader is foreign code over untrusted pixels; its panic is a miss, not ours.
        let codes = catch_unwind(AssertUnwindSafe(|| form.codes())).unwrap_or_default();
        (!codes.is_empty()).then_some(codes)
    };
    forms.into_iter().find_map(found).unwrap_or_default()
}

fn read<B: Binarizer>(binarizer: B) -> Vec<RXingResult> {
    let formats = [BarcodeFormat::QR_CODE, BarcodeFormat::AZTEC];
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from(formats)),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(binarizer);
    // Each finds what the other misses: the first several QR symbols side by side, the second
    // Aztec symbols and single damaged ones.
    let mut found = QRCodeMultiReader::default()
        .decode_multiple_with_hints(&mut bitmap, &hints)
        .unwrap_or_default();
    let mut any_format = GenericMultipleBarcodeReader::new(MultiUseMultiFormatReader::default());
    found.extend(
        any_format
            .decode_multiple_with_hints(&mut bitmap, &hints)
            .unwrap_or_default(),
    );
    found
}

fn picture_code(result: &RXingResult) -> Option<PictureCode> {
    let symbology = match result.getBarcodeFormat() {
        BarcodeFormat::QR_CODE => Symbology::Qr,
        BarcodeFormat::AZTEC => Symbology::Aztec,
        _ => return None,
    };
    Some(PictureCode::new(result.getText().to_owned(), symbology))
}

/// Rows first, in steps of coordinates that order as their bits do.
fn place(result: &RXingResult) -> (i64, i64) {
    let top = result.getPoints().iter().map(|point| whole(point.y)).min();
    let left = result.getPoints().iter().map(|point| whole(point.x)).min();
    (top.unwrap_or_default(), left.unwrap_or_default())
}

fn whole(coordinate: f32) -> i64 {
    crate::cbor::floor_to_i64(f64::from(coordinate)).unwrap_or_default()
}
