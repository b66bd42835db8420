#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

extern crate alloc;

mod lang;
mod reject_code;
mod remark;
mod stage;
mod time;

pub use jiff::civil;

pub use lang::{Coded, Lang};
pub use reject_code::RejectCode;
pub use remark::{Location, Remark, RemarkClass, RemarkCode};
pub use stage::Stage;
pub use time::{TimeParseError, Timestamp};
