//! Lines that end at CR or LF and at nothing else, as bytes.

use std::io::{self, BufRead};

/// A line longer than this is cut: no certificate is that long, and the text limit of the decoder
/// (512 KiB) is passed either way.
const LONGEST_LINE: usize = 1024 * 1024;

/// The byte order mark that some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Iterator over the lines of a stream. CR, LF and CR LF each end one line; a last line needs no
/// end.
pub(super) struct Lines<'a> {
    stream: &'a mut dyn BufRead,
    /// The last line ended with CR, so an LF right after it belongs to that end.
    after_cr: bool,
    first: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(stream: &'a mut dyn BufRead) -> Self {
        Self {
            stream,
            after_cr: false,
            first: true,
        }
    }

    /// Reads up to and with the next line end. `None` at the end of the stream.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut anything = false;
        loop {
            let buffer = match self.stream.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(anything.then_some(line));
            }
            if core::mem::take(&mut self.after_cr) && buffer.first() == Some(&b'\n') {
                self.stream.consume(1);
                continue;
            }
            anything = true;
            let end = buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let part = buffer
                .get(..end.unwrap_or(buffer.len()))
                .unwrap_or_default();
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(part.get(..room).unwrap_or(part));
            self.after_cr = end.and_then(|at| buffer.get(at)) == Some(&b'\r');
            let used = part.len().saturating_add(usize::from(end.is_some()));
            self.stream.consume(used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = self.read().transpose()?;
        if core::mem::take(&mut self.first)
            && let Ok(bytes) = &mut line
            && bytes.starts_with(BYTE_ORDER_MARK)
        {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Some(line)
    }
}
