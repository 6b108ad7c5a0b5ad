//! The random draws of `Fault::with_probability`.

/// Returns a number in `0.0..1.0` that depends on the arguments alone.
///
/// No crate for random numbers is used, because a seed in a bug report must select the same calls
/// after an upgrade of dependencies.
pub(super) fn draw(seed: u64, fault: usize, nth: u64) -> f64 {
    let bits = mix(mix(mix(seed) ^ fault as u64) ^ nth);
    // The upper 53 bits, which is the precision of an `f64`.
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// The finalizer of `SplitMix64`: each bit of the input changes about half the bits of the output.
fn mix(input: u64) -> u64 {
    let z = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_in_every_run() {
        let fires = |seed| {
            (1..=10)
                .map(|nth| draw(seed, 1, nth) < 0.3)
                .collect::<Vec<_>>()
        };

        assert_eq!(fires(42), fires(42));
        assert_ne!(fires(42), fires(43));
        // Pinned, so that a seed in a bug report keeps its meaning.
        assert_eq!((draw(42, 1, 1) * 1e6) as u64, 339_722);
    }

    #[test]
    fn draws_stay_below_one_and_spread_evenly() {
        for fault in 1..=8 {
            let draws: Vec<f64> = (1..=10_000).map(|nth| draw(0, fault, nth)).collect();

            let share = draws.iter().filter(|draw| **draw < 0.3).count();
            assert!((2_800..3_200).contains(&share), "fault {fault}: {share}");
            assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        }
    }

    #[test]
    fn faults_draw_independently_of_each_other() {
        let together = (1..=10_000)
            .filter(|nth| draw(0, 1, *nth) < 0.5 && draw(0, 2, *nth) < 0.5)
            .count();

        assert!((2_300..2_700).contains(&together), "{together}");
    }
}
