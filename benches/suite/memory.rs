//! What is held for each identity and each recorded call, as an allocator counts it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use mock_cognito_identity::{MockCognitoIdentity, PoolSeed};

use crate::Effort;
use crate::contenders::{POOL, arranged, get_id};
use crate::table::{Rounds, Table};

/// The system's allocator, counting while it is told to.
pub struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicI64 = AtomicI64::new(0);

fn count(bytes: usize, sign: i64) {
    if COUNTS.load(Ordering::Relaxed) {
        LIVE.fetch_add(sign * bytes as i64, Ordering::Relaxed);
    }
}

// SAFETY: every call is passed on as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(layout.size(), -1);
        count(new_size, 1);
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// How many bytes more are in use after `run`, shared out.
fn bytes_each(n: usize, run: impl FnOnce()) -> f64 {
    LIVE.store(0, Ordering::Relaxed);
    COUNTS.store(true, Ordering::Relaxed);
    run();
    COUNTS.store(false, Ordering::Relaxed);
    LIVE.load(Ordering::Relaxed) as f64 / n as f64
}

pub fn per_item(effort: Effort, table: &mut Table) {
    table.section("bytes held, over the bar");
    let n = effort.choose(50_000, 300_000);
    let mock = MockCognitoIdentity::in_memory();
    let provider = "graph.facebook.com";
    let seed = PoolSeed::named("bench").id(POOL);
    let pool = mock.seed_pool(seed.login_provider(provider, "app"));
    let identity = bytes_each(n, || {
        for n in 0..n {
            // As long as the user ids of that provider.
            pool.seed_identity_with_login(provider, &format!("{n:017}"));
        }
    });
    bar(table, "an identity with one login", identity, 300.0);

    let n = effort.choose(5_000, 50_000);
    let mock = arranged(MockCognitoIdentity::in_memory());
    let client = mock.client();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(get_id(&client));
    let call = bytes_each(n, || {
        for _ in 0..n {
            let call = client.list_identity_pools().max_results(1).send();
            runtime.block_on(call).expect("it answers");
        }
    });
    bar(table, "a recorded call, ListIdentityPools", call, 700.0);
    let call = bytes_each(n, || {
        for _ in 0..n {
            let call = client
                .describe_identity_pool()
                .identity_pool_id(POOL)
                .send();
            runtime.block_on(call).expect("it answers");
        }
    });
    bar(table, "a recorded call, with a pool's id", call, 700.0);
}

fn bar(table: &mut Table, what: &str, bytes: f64, most: f64) {
    let value = format!("{bytes:.0} bytes");
    table.barred(what, value, Rounds(vec![bytes / most]), 1.0);
}
