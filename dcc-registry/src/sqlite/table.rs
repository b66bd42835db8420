//! Every kind of row of the subject aggregate, as it lies in its table.

mod certificate;
mod cleaning;
mod log;
mod subject;

pub(super) use log::FeedRow;
pub(super) use subject::IdentityRow;
