//! From the arguments of the command line to texts, one certificate each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use dcc_codec::qr::{self, PictureError, PictureLimits};
use dcc_model::{RejectCode, Remark, RemarkCode};

mod lines;

use lines::Lines;

/// One certificate to look at, or the reason why there is none.
#[derive(Debug)]
pub(crate) struct Item {
    /// Position over all inputs, counted from 0.
    pub(crate) index: u64,
    /// The path, `-`, or `argument`.
    pub(crate) source: String,
    /// The HC1 text as it came.
    pub(crate) text: Result<String, RejectCode>,
    /// What was noticed while reading.
    pub(crate) remarks: Vec<Remark>,
}

/// An input that could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub(crate) struct UnreadableInput {
    path: String,
    error: io::Error,
}

/// What a failed read of an input amounts to.
type Sink<'a> = dyn FnMut(Item) -> io::Result<()> + 'a;

/// The first bytes tell a picture from a text.
const SIGNATURE_LENGTH: usize = 8;

/// Larger pictures are refused before they are decoded.
const LARGEST_PICTURE_FILE: u64 = 64 * 1024 * 1024;

/// Reads inputs in order and hands each certificate on.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    next_index: u64,
}

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// This input cannot be read; the others can.
    Unreadable(UnreadableInput),
    /// The results cannot be written.
    Output(io::Error),
}

impl Inputs {
    /// Reads one argument and hands every certificate in it to `sink`. Returns how many there
    /// were.
    pub(crate) fn read(&mut self, argument: &str, sink: &mut Sink<'_>) -> Result<u64, Stop> {
        let before = self.next_index;
        if argument == "-" {
            self.read_stream(&mut io::stdin().lock(), "-", None, sink)?;
        } else {
            match Argument::of(argument) {
                Argument::Path(path) => self.read_file(&path, argument, sink)?,
                Argument::Text => self.text(argument, sink)?,
            }
        }
        Ok(self.next_index.saturating_sub(before))
    }

    fn text(&mut self, argument: &str, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.hand_on("argument", Ok(argument.to_owned()), Vec::new(), sink)
    }

    fn read_file(&mut self, path: &Path, name: &str, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let file = File::open(path).map_err(|error| unreadable(name, error))?;
        if file.metadata().is_ok_and(|data| data.is_dir()) {
            let error = io::Error::new(io::ErrorKind::IsADirectory, "is a folder, not a file");
            return Err(unreadable(name, error));
        }
        self.read_stream(&mut BufReader::new(file), name, Some(path), sink)
    }

    fn read_stream(
        &mut self,
        stream: &mut dyn BufRead,
        name: &str,
        path: Option<&Path>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stop> {
        let mut start = [0; SIGNATURE_LENGTH];
        let length = read_start(stream, &mut start).map_err(|error| unreadable(name, error))?;
        let start = start.get(..length).unwrap_or_default();
        let stream = &mut start.chain(stream);
        if qr::picture_format(start).is_some() {
            return self.read_picture(stream, name, path, sink);
        }
        let extension = path.and_then(Path::extension);
        let is_jsonl = extension.is_some_and(|ext| ext.eq_ignore_ascii_case("jsonl"));
        for line in Lines::new(stream) {
            let line = line.map_err(|error| unreadable(name, error))?;
            // Standard input has no name: a line that begins as JSON is taken for it, since no
            // HC1 text and no Base45 character looks like that.
            let is_json = is_jsonl || (path.is_none() && line.first() == Some(&b'{'));
            let text = if is_json {
                json_member(line)
            } else {
                text_of(line)
            };
            self.hand_on(name, text, Vec::new(), sink)?;
        }
        Ok(())
    }

    fn read_picture(
        &mut self,
        stream: &mut dyn BufRead,
        name: &str,
        path: Option<&Path>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stop> {
        let mut bytes = Vec::new();
        let bound = LARGEST_PICTURE_FILE.saturating_add(1);
        stream
            .take(bound)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(name, error))?;
        let mut remarks = Vec::new();
        let format = qr::picture_format(&bytes);
        if path.is_some_and(|path| names_another_format(path, format)) {
            remarks.push(Remark::new(RemarkCode::PictureFormatName, "input"));
        }
        let too_large = u64::try_from(bytes.len()).is_ok_and(|size| size > LARGEST_PICTURE_FILE);
        let codes = if too_large {
            Err(RejectCode::PictureTooLarge)
        } else {
            qr::read_picture(&bytes, &PictureLimits::default())
                .map_err(|e: PictureError| e.reject_code())
        };
        match codes {
            Ok(codes) => {
                for code in codes {
                    self.hand_on(name, Ok(code.text().to_owned()), remarks.clone(), sink)?;
                }
                Ok(())
            }
            Err(code) => self.hand_on(name, Err(code), remarks, sink),
        }
    }

    fn hand_on(
        &mut self,
        source: &str,
        text: Result<String, RejectCode>,
        remarks: Vec<Remark>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stop> {
        let index = self.next_index;
        self.next_index = index.saturating_add(1);
        sink(Item {
            index,
            source: source.to_owned(),
            text,
            remarks,
        })
        .map_err(Stop::Output)
    }
}

/// Reads the first bytes, however small the pieces in which they come.
fn read_start(stream: &mut dyn BufRead, start: &mut [u8]) -> io::Result<usize> {
    let mut length = 0_usize;
    while let Some(rest) = start.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => break,
            Ok(count) => length = length.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn unreadable(name: &str, error: io::Error) -> Stop {
    // An HC1 text never comes here, so the name holds no personal data.
    Stop::Unreadable(UnreadableInput {
        path: name.to_owned(),
        error,
    })
}

/// What an argument is meant to be.
enum Argument {
    Path(PathBuf),
    Text,
}

/// Endings by which a name is told from a text even in capitals.
const FILE_ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "txt", "jsonl", "json", "pem"];

impl Argument {
    /// A path if there is one, or if it can only be one (so that a mistyped file name is an error
    /// of usage and not a rejected certificate); else a text.
    fn of(argument: &str) -> Self {
        let path = PathBuf::from(argument);
        if path.exists() || Self::can_only_be_a_path(&path, argument) {
            return Self::Path(path);
        }
        Self::Text
    }

    /// What begins with `HC` and a version is a text, and so is an address. Of the rest, no
    /// Base45 text has lower-case letters.
    fn can_only_be_a_path(path: &Path, argument: &str) -> bool {
        let has_prefix = argument
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("hc"))
            && argument.get(3..4) == Some(":");
        if has_prefix || argument.contains("://") {
            return false;
        }
        let ending = path
            .extension()
            .and_then(|ext| ext.to_str())
            .unwrap_or_default();
        FILE_ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
            || argument.bytes().any(|byte| byte.is_ascii_lowercase())
    }
}

fn text_of(line: Vec<u8>) -> Result<String, RejectCode> {
    if line.is_empty() {
        return Err(RejectCode::InputBlank);
    }
    let text = String::from_utf8(line).map_err(|_| RejectCode::InputNotText)?;
    if text.bytes().all(|b| b == b' ' || b == b'\t') {
        Err(RejectCode::InputBlank)
    } else {
        Ok(text)
    }
}

fn json_member(line: Vec<u8>) -> Result<String, RejectCode> {
    let text = text_of(line)?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|_| RejectCode::InputNoMember)?;
    match value.get("hc1") {
        Some(serde_json::Value::String(hc1)) => Ok(hc1.clone()),
        _ => Err(RejectCode::InputNoMember),
    }
}

fn names_another_format(path: &Path, format: Option<qr::PictureFormat>) -> bool {
    let extension = path
        .extension()
        .and_then(|ext| ext.to_str())
        .map(str::to_ascii_lowercase);
    match extension.as_deref() {
        Some("png") => format != Some(qr::PictureFormat::Png),
        Some("jpg" | "jpeg") => format != Some(qr::PictureFormat::Jpeg),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
