//! Trust lists as countries and gateways publish them, read into [`TrustEntry`]s.
//!
//! An [`Importer`] reads one list of one [`ListFormat`] from the bytes of its files. A signed form
//! is checked against the [`Anchor`]s given; without one it is refused, unless the caller says
//! that the connection it came over is to be trusted, which every entry then tells
//! ([`Integrity::Transport`]). One bad entry never fails a list: it is reported, the rest loads.
//!
//! | format | files | signed by |
//! |---|---|---|
//! | [`ListFormat::Dccg`] | JSON arrays, one file a type | each item: CMS by the gateway's anchor or an upload certificate |
//! | [`ListFormat::De`] | signature line and JSON | ECDSA by the list key |
//! | [`ListFormat::Se`] | compact JWS | its `x5c` |
//! | [`ListFormat::At`] | `trustlist`, `trustlistsig` | COSE by the list certificate |
//! | [`ListFormat::Ch`] | `list`, `updates*` | two JWS by their `x5c` |
//! | [`ListFormat::Nl`] | JSON with payload and signature | CMS |
//! | [`ListFormat::Did`] | `did.json`, and material signed by WHO's anchor | chain to the anchor, or the document's proof |
//! | [`ListFormat::Pem`], [`ListFormat::Mirror`] | text | nobody |

mod anchor;
mod at;
mod ch;
mod dccg;
mod de;
pub mod did;
mod error;
mod export;
mod format;
mod import;
mod json;
mod jws;
mod listing;
mod mirror;
mod nl;
pub(crate) mod pem;
mod se;

pub use anchor::Anchor;
pub use error::{EntryReason, ImportError};
pub use export::{Export, ExportFormat, export};
pub use format::{ListFile, ListFormat};
pub use import::{EntryReport, Import, ImportOptions, Importer};

#[cfg(doc)]
use crate::trust::{Integrity, TrustEntry};
