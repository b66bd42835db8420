//! Random numbers that depend on nothing but a seed, a purpose and a counter.

/// What a stream of random numbers is for; streams of different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Person,
    Course,
    Fault,
    Noise,
    Facility,
    Key,
    Digits,
    Order,
    Twin,
    Foreign,
}

impl Purpose {
    const fn number(self) -> u64 {
        match self {
            Self::Person => 1,
            Self::Course => 2,
            Self::Fault => 3,
            Self::Noise => 4,
            Self::Facility => 5,
            Self::Key => 6,
            Self::Digits => 7,
            Self::Order => 8,
            Self::Twin => 9,
            Self::Foreign => 10,
        }
    }
}

/// A stream of `SplitMix64` (Steele, Lea and Flood 2014) that begins where seed, purpose and index
/// say, so that any subject can be made alone.
#[derive(Clone, Debug)]
pub(super) struct Stream(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Stream {
    pub(super) const fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let start = mix(seed ^ mix(purpose.number().wrapping_mul(GOLDEN)));
        Self(mix(start ^ mix(index.wrapping_add(GOLDEN))))
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `bound` (0 for a bound of 0), every one equally likely to within 2^-32.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()).wrapping_mul(u128::from(bound));
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// True in `share` of a million cases.
    pub(super) fn chance(&mut self, share: u64) -> bool {
        self.below(1_000_000) < share
    }

    /// A number from `first` to `last`.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = u64::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0);
        first.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// One of `items`.
    pub(super) fn one_of<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        let length = u64::try_from(items.len()).unwrap_or(0);
        items.get(usize::try_from(self.below(length)).unwrap_or(0))
    }
}

/// A keyed permutation of the numbers below `size`: a Feistel network over the next power of four
/// with cycle walking (Black and Rogaway 2002).
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    key: u64,
    size: u64,
    half_bits: u32,
}

impl Permutation {
    pub(super) const fn new(seed: u64, purpose: Purpose, index: u64, size: u64) -> Self {
        let key = Stream::new(seed, purpose, index).next();
        let bits = u64::BITS.saturating_sub(size.saturating_sub(1).leading_zeros());
        Self {
            key,
            size,
            half_bits: bits.saturating_add(1) >> 1,
        }
    }

    pub(super) const fn of(&self, number: u64) -> u64 {
        let mut value = number;
        loop {
            value = self.round_trip(value);
            if value < self.size {
                return value;
            }
        }
    }

    const fn round_trip(&self, value: u64) -> u64 {
        let mask = (1_u64 << self.half_bits).wrapping_sub(1);
        let (mut left, mut right) = (value >> self.half_bits, value & mask);
        let mut round = 0;
        while round < 4 {
            let mixed = mix(self.key ^ mix(right ^ (round << 56))) & mask;
            (left, right) = (right, left ^ mixed);
            round = round.wrapping_add(1);
        }
        (left << self.half_bits) | right
    }
}

/// Things with weights, drawn in proportion.
#[derive(Clone, Debug)]
pub(super) struct Weighted<T> {
    items: Vec<T>,
    ends: Vec<u64>,
}

impl<T> Weighted<T> {
    pub(super) fn new(items: impl IntoIterator<Item = (T, u64)>) -> Self {
        let mut weighted = Self {
            items: Vec::new(),
            ends: Vec::new(),
        };
        let mut end = 0_u64;
        for (item, weight) in items {
            if weight > 0 {
                end = end.saturating_add(weight);
                weighted.items.push(item);
                weighted.ends.push(end);
            }
        }
        weighted
    }

    pub(super) fn total(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    pub(super) fn draw(&self, stream: &mut Stream) -> Option<&T> {
        self.at(stream.below(self.total())).map(|(item, _, _)| item)
    }

    /// The item whose share holds `place`, where its share begins, and how long it is.
    pub(super) fn at(&self, place: u64) -> Option<(&T, u64, u64)> {
        let number = self.ends.partition_point(|end| *end <= place);
        let start = match number.checked_sub(1) {
            Some(before) => self.ends.get(before).copied()?,
            None => 0,
        };
        let end = self.ends.get(number).copied()?;
        Some((self.items.get(number)?, start, end.saturating_sub(start)))
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_permutation_hits_everything_once() {
        for size in [1, 2, 3, 10, 1000, 4097] {
            let permutation = Permutation::new(7, Purpose::Digits, size, size);
            let image: BTreeSet<u64> = (0..size).map(|n| permutation.of(n)).collect();
            assert_eq!(image.len(), usize::try_from(size).unwrap());
            assert!(image.iter().all(|n| *n < size));
        }
    }

    #[test]
    fn streams_differ_by_each_of_their_three_names() {
        let first = |seed, purpose, index| Stream::new(seed, purpose, index).next();
        let values = [
            first(1, Purpose::Person, 1),
            first(2, Purpose::Person, 1),
            first(1, Purpose::Course, 1),
            first(1, Purpose::Person, 2),
        ];
        assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(first(1, Purpose::Person, 1), values[0]);
    }

    #[test]
    fn draws_keep_to_their_shares() {
        let weighted = Weighted::new([("a", 1), ("b", 0), ("c", 3)]);
        let mut stream = Stream::new(1, Purpose::Noise, 0);
        let hits = (0..100_000)
            .filter(|_| weighted.draw(&mut stream) == Some(&"c"))
            .count();
        assert!((74_000..76_000).contains(&hits), "{hits}");
        assert_eq!(weighted.items(), ["a", "c"]);
        let even = (0..100_000).filter(|_| stream.chance(250_000)).count();
        assert!((24_000..26_000).contains(&even), "{even}");
        assert!((0..1000).all(|_| (3..=5).contains(&stream.between(3, 5))));
    }
}
