//! What a campaign leaves behind: the published certificates in the order of the feed, and the
//! people who are held.

mod held_lists;
mod published;

pub use held_lists::{HeldListError, write_held_lists};
pub use published::{Published, PublishedError, published_after};
