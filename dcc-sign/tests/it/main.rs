//! Tests of the crate as its users see it.

extern crate alloc;

#[cfg(test)]
#[cfg(all(
    feature = "conformance",
    any(feature = "aws-lc", feature = "rustcrypto")
))]
mod conformance;
#[cfg(test)]
mod corpus;
#[cfg(test)]
#[cfg(all(feature = "test-keys", feature = "aws-lc"))]
mod local_keys;
#[cfg(test)]
mod real_certificates;
#[cfg(test)]
#[cfg(all(feature = "test-keys", feature = "aws-lc"))]
mod signing;
#[cfg(test)]
mod test_data;
#[cfg(test)]
#[cfg(all(feature = "test-keys", feature = "aws-lc"))]
mod verification;
