use dcc_model::RejectCode;
use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<PictureCode>, PictureError> {
    read_picture(bytes, &PictureLimits::default())
}

fn texts(bytes: &[u8]) -> Vec<String> {
    read(bytes)
        .unwrap()
        .iter()
        .map(|code| code.text().to_owned())
        .collect()
}

/// A text of the HC1 alphabet.
fn text(length: usize) -> String {
    let alphabet = "HC1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    alphabet.chars().cycle().take(length).collect()
}

/// One above the other on white, as a PNG.
fn stacked(symbols: &[QrSymbol]) -> Vec<u8> {
    let pictures: Vec<_> = symbols
        .iter()
        .map(|symbol| {
            image::load_from_memory(&symbol.to_png(4).unwrap())
                .unwrap()
                .to_luma8()
        })
        .collect();
    let width = pictures.iter().map(image::GrayImage::width).max().unwrap();
    let height = pictures.iter().map(image::GrayImage::height).sum();
    let mut page = image::GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut top = 0;
    for picture in &pictures {
        image::imageops::replace(&mut page, picture, 0, top);
        top = top.saturating_add(i64::from(picture.height()));
    }
    png_of(&page.into())
}

fn png_of(image: &image::DynamicImage) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn what_is_drawn_is_read() {
    for length in [10, 560, 825, 2000] {
        let symbol = QrSymbol::encode(&text(length)).unwrap();
        assert_eq!(symbol.level(), CorrectionLevel::Q);
        assert_eq!(texts(&symbol.to_png(3).unwrap()), [text(length)]);
    }
}

#[test]
fn level_falls_only_where_the_text_does_not_fit() {
    for (length, level, version) in [
        (2420, CorrectionLevel::Q, 40),
        (2421, CorrectionLevel::M, 34),
        (3391, CorrectionLevel::M, 40),
        (3392, CorrectionLevel::L, 36),
        (4296, CorrectionLevel::L, 40),
    ] {
        let symbol = QrSymbol::encode(&text(length)).unwrap();
        assert_eq!(
            (symbol.level(), symbol.version() >= version),
            (level, true),
            "{length}"
        );
    }
    assert_eq!(
        QrSymbol::encode(&text(4297)),
        Err(QrError::TooLong { length: 4297 })
    );
}

#[test]
fn the_quiet_zone_is_there() {
    let symbol = QrSymbol::encode("HC1:6BF").unwrap();
    assert_eq!(symbol.size(), 29);
    let picture = image::load_from_memory(&symbol.to_png(1).unwrap())
        .unwrap()
        .to_luma8();
    assert_eq!(picture.dimensions(), (29, 29));
    let dark = |x: u32, y: u32| picture.get_pixel(x, y).0 == [0];
    assert!((0..29).all(|x| (0..4).all(|y| !dark(x, y) && !dark(y, x))));
    assert!((0..29).all(|x| (25..29).all(|y| !dark(x, y) && !dark(y, x))));
    // The corner of the finder pattern.
    assert!(dark(4, 4) && dark(10, 10) && !dark(5, 5) && dark(6, 6));
    assert!(matches!(symbol.to_png(0), Err(QrError::Scale { .. })));
    assert!(matches!(symbol.to_png(65), Err(QrError::Scale { .. })));
}

#[test]
fn svg_and_terminal_draw_the_same_modules() {
    let symbol = QrSymbol::encode("HC1:6BF").unwrap();
    let picture = image::load_from_memory(&symbol.to_png(1).unwrap())
        .unwrap()
        .to_luma8();
    let dark = picture.pixels().filter(|pixel| pixel.0 == [0]).count();
    let svg = symbol.to_svg();
    assert!(
        svg.starts_with("<svg ") && svg.contains(r#"viewBox="0 0 29 29""#),
        "{svg}"
    );
    let path = svg.rsplit_once("d=\"").unwrap().1;
    let length = |run: &str| {
        run.split(['h', 'v'])
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let drawn: usize = path.split('M').skip(1).map(length).sum();
    assert_eq!(drawn, dark);
    let terminal = symbol.to_terminal();
    assert_eq!(terminal.lines().count(), 15);
    let light: usize = terminal
        .chars()
        .map(|half| match half {
            '█' => 2,
            '▀' | '▄' => 1,
            _ => 0,
        })
        .sum();
    assert_eq!(light, (29_usize * 29).saturating_sub(dark));
}

#[test]
fn several_codes_are_read_top_to_bottom() {
    let symbols: Vec<_> = ["HC1:A", "HC1:B", "HC1:C"]
        .map(|text| QrSymbol::encode(text).unwrap())
        .into();
    assert_eq!(texts(&stacked(&symbols)), ["HC1:A", "HC1:B", "HC1:C"]);
    // The same text twice is one certificate.
    let twice = [symbols[0].clone(), symbols[0].clone()];
    assert_eq!(texts(&stacked(&twice)), ["HC1:A"]);
}

#[test]
fn other_colours_turns_and_sizes_are_read() {
    let wanted = text(560);
    let symbol = QrSymbol::encode(&wanted).unwrap();
    let picture = image::load_from_memory(&symbol.to_png(4).unwrap()).unwrap();
    let mut inverted = picture.clone();
    inverted.invert();
    let mut see_through = picture.to_rgba8();
    for pixel in see_through.pixels_mut() {
        // Light is transparent black: only the background makes it light.
        if pixel.0[0] == 255 {
            pixel.0 = [0, 0, 0, 0];
        }
    }
    let forms = [
        inverted,
        see_through.into(),
        picture.rotate90(),
        picture.fliph(),
        picture.resize(300, 300, image::imageops::FilterType::Triangle),
    ];
    for (index, form) in forms.iter().enumerate() {
        assert_eq!(texts(&png_of(form)), [wanted.as_str()], "form {index}");
    }
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture
        .to_rgb8()
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let jpeg = jpeg.into_inner();
    assert_eq!(picture_format(&jpeg), Some(PictureFormat::Jpeg));
    assert_eq!(texts(&jpeg), [wanted]);
}

/// A PNG that claims to be this large and holds almost nothing.
fn claimed_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = QrSymbol::encode("HC1:").unwrap().to_png(1).unwrap();
    bytes.splice(16..20, width.to_be_bytes());
    bytes.splice(20..24, height.to_be_bytes());
    let checksum = flate2_crc(&bytes[12..29]);
    bytes.splice(29..33, checksum.to_be_bytes());
    bytes
}

fn flate2_crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn pictures_beyond_the_limits_are_refused() {
    for (width, height) in [(31_623, 31_623), (1, 0x7fff_ffff), (100_000, 100_000)] {
        let error = read(&claimed_png(width, height)).unwrap_err();
        assert_eq!(
            error.reject_code(),
            RejectCode::PictureTooLarge,
            "{width} x {height}"
        );
    }
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(8, 8)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let mut jpeg = jpeg.into_inner();
    // The frame header: marker, length, precision, height, width.
    let frame = jpeg
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .unwrap();
    jpeg[frame..][5..9].fill(0xff);
    assert_eq!(
        read(&jpeg),
        Err(PictureError::TooLarge {
            width: 65535,
            height: 65535
        })
    );
    let small = PictureLimits::default().with_pixels(100);
    let png = QrSymbol::encode("HC1:").unwrap().to_png(1).unwrap();
    let error = read_picture(&png, &small).unwrap_err();
    assert_eq!(
        error,
        PictureError::TooLarge {
            width: 29,
            height: 29
        }
    );
    let narrow = PictureLimits::default().with_bytes(100);
    let error = read_picture(&png, &narrow).unwrap_err();
    assert_eq!(error.reject_code(), RejectCode::PictureTooLarge);
}

#[test]
fn other_bytes_are_refused() {
    let good = QrSymbol::encode("HC1:").unwrap().to_png(2).unwrap();
    let white = png_of(&image::GrayImage::from_pixel(200, 200, image::Luma([255])).into());
    for (bytes, error) in [
        (&b""[..], PictureError::Format),
        (b"GIF89a", PictureError::Format),
        (b"HC1:", PictureError::Format),
        (&good[..60], PictureError::Unreadable),
        (&[0xff, 0xd8, 0xff, 0xe0, 0, 1], PictureError::Unreadable),
        (&white, PictureError::NoCode),
    ] {
        assert_eq!(read(bytes), Err(error));
    }
}

#[test]
fn debug_shows_no_text() {
    let symbol = QrSymbol::encode("HC1:SECRET").unwrap();
    let codes = read(&symbol.to_png(4).unwrap()).unwrap();
    let shown = format!("{symbol:?} {codes:?}");
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_is_drawn_and_read(text in "HC1:[0-9A-Z $%*+./:-]{0,300}") {
        let symbol = QrSymbol::encode(&text).unwrap();
        prop_assert_eq!(texts(&symbol.to_png(3).unwrap()), [text]);
    }

    #[test]
    fn damaged_pictures_end_in_a_result(place: prop::sample::Index, flip in 1_u8..) {
        let mut bytes = QrSymbol::encode("HC1:6BF").unwrap().to_png(2).unwrap();
        *place.get_mut(&mut bytes) ^= flip;
        drop(read(&bytes));
    }

    #[test]
    fn noise_ends_in_a_result(pixels in proptest::collection::vec(any::<u8>(), 64 * 64)) {
        let noise = image::GrayImage::from_raw(64, 64, pixels).unwrap();
        drop(read(&png_of(&noise.into())));
    }
}
