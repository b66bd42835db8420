//! The hash tree over the doses of one act (RFC 9162 section 2.1).

use dcc_registry::Digest;

/// The hash of a leaf: SHA-256 of 0x00 and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    let mut bytes = Vec::with_capacity(leaf.len().saturating_add(1));
    bytes.push(0);
    bytes.extend_from_slice(leaf);
    Digest::of(&bytes)
}

/// The hash of a node: SHA-256 of 0x01 and its two halves.
fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    let halves = left.as_bytes().iter().chain(right.as_bytes());
    for (place, byte) in bytes.iter_mut().skip(1).zip(halves) {
        *place = *byte;
    }
    Digest::of(&bytes)
}

/// The root over these leaf hashes (RFC 9162 section 2.1.1); over none the SHA-256 of nothing.
pub fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: usize) -> usize {
    count.div_ceil(2).next_power_of_two()
}

/// What is needed beside a leaf to compute the root: the proof that the leaf is in the tree (RFC
/// 9162 section 2.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InclusionProof {
    /// The leaf's position.
    pub leaf: u64,
    /// The number of leaves.
    pub size: u64,
    /// The neighbours on the way from the leaf to the root.
    pub path: Vec<Digest>,
}

impl InclusionProof {
    /// A proof as it was written.
    pub const fn new(leaf: u64, size: u64, path: Vec<Digest>) -> Self {
        Self { leaf, size, path }
    }

    /// The proof that leaf `place` is among `leaves`; `None` where there is no such leaf.
    pub fn of(leaves: &[Digest], place: usize) -> Option<Self> {
        let mut path = Vec::new();
        leaves.get(place)?;
        climb(leaves, place, &mut path);
        Some(Self {
            leaf: u64::try_from(place).ok()?,
            size: u64::try_from(leaves.len()).ok()?,
            path,
        })
    }

    /// Whether a leaf with this hash stands at the proof's place under `root` (RFC 9162 section
    /// 2.1.3.2).
    pub fn proves(&self, leaf: &Digest, root: &Digest) -> bool {
        let Some(mut last) = self.size.checked_sub(1) else {
            return false;
        };
        let mut place = self.leaf;
        if place > last {
            return false;
        }
        let mut hash = *leaf;
        for neighbour in &self.path {
            if last == 0 {
                return false;
            }
            if place & 1 == 1 || place == last {
                hash = node_hash(neighbour, &hash);
                while place & 1 == 0 && place != 0 {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node_hash(&hash, neighbour);
            }
            place >>= 1;
            last >>= 1;
        }
        last == 0 && hash == *root
    }
}

fn climb(leaves: &[Digest], place: usize, path: &mut Vec<Digest>) {
    if leaves.len() < 2 {
        return;
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    if let Some(place) = place.checked_sub(middle) {
        climb(right, place, path);
        path.push(root(left));
    } else {
        climb(left, place, path);
        path.push(root(right));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Digest> {
        (0..count).map(|number| leaf_hash(&[number])).collect()
    }

    #[test]
    fn roots_are_those_of_the_certificate_transparency_test_vectors() {
        // The reference vectors of RFC 6962 implementations: inputs of 0, 1, 2, 3 and 8 leaves.
        let inputs: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
                0x6e, 0x6f,
            ],
        ];
        let hashes: Vec<Digest> = inputs.iter().map(|input| leaf_hash(input)).collect();
        for (size, hex) in [
            (
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                1,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ),
            (
                2,
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            ),
            (
                3,
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            ),
            (
                8,
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ] {
            assert_eq!(root(&hashes[..size]).to_string(), hex, "{size}");
        }
    }

    #[test]
    fn every_leaf_is_proved_and_nothing_else_is() {
        for size in 1..=33_u8 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for place in 0..usize::from(size) {
                let proof = InclusionProof::of(&leaves, place).unwrap();
                assert!(proof.proves(&leaves[place], &root), "{place} of {size}");
                let other = leaf_hash(b"other");
                assert!(!proof.proves(&other, &root));
                let mut longer = proof.clone();
                longer.path.push(other);
                assert!(!longer.proves(&leaves[place], &root));
                if size > 1 {
                    let mut elsewhere = proof.clone();
                    elsewhere.leaf = (proof.leaf + 1) % u64::from(size);
                    assert!(
                        !elsewhere.proves(&leaves[place], &root),
                        "{place} of {size}"
                    );
                    let mut shorter = proof.clone();
                    shorter.path.pop();
                    assert!(!shorter.proves(&leaves[place], &root));
                }
            }
            assert_eq!(InclusionProof::of(&leaves, usize::from(size)), None);
        }
    }

    #[test]
    fn a_node_is_no_leaf() {
        let leaves = leaves(2);
        let mut node = Vec::new();
        node.extend_from_slice(leaves[0].as_bytes());
        node.extend_from_slice(leaves[1].as_bytes());
        assert_ne!(leaf_hash(&node), root(&leaves));
    }
}
