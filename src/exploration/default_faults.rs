//! The faults that are explored unless the user chooses others.

use std::time::Duration;

use aws_sdk_cognitoidentity::types::error::{LimitExceededException, ResourceConflictException};

use super::strike::ExploredFault;
use crate::error::ServiceError;
use crate::faults::Fault;

/// Longer than any client should wait for this service.
const LONG: Duration = Duration::from_secs(60);

/// An [`ExploredFault`] whose code is the expression itself.
macro_rules! faults {
    ($($title:literal: $fault:expr;)+) => {
        vec![$(ExploredFault {
            fault: $fault,
            title: $title.to_owned(),
            code: Some(stringify!($fault).replace("LONG", "Duration::from_secs(60)")),
        },)+]
    };
}

/// Nine faults, none of which most programs treat like another.
pub(super) fn default_faults() -> Vec<ExploredFault> {
    faults! {
        "throttle": Fault::throttle();
        "503": Fault::http_status(503);
        "reset": Fault::reset_connection();
        "rejected": Fault::not_authorized("Access to Identity is forbidden.");
        "lost": Fault::lose_response();
        "malformed": Fault::malformed_response();
        "bare": Fault::bare_response();
        "60 s": Fault::delay(LONG);
        "hang": Fault::hang();
    }
}

/// Faults whose columns are the same as those of a default fault in most programs.
pub(super) fn other_faults() -> Vec<ExploredFault> {
    faults! {
        "500": Fault::internal_error();
        "retry after": Fault::throttle().retry_after(Duration::from_secs(5));
        "empty": Fault::empty_response();
        "truncated": Fault::truncate_response();
        "404": Fault::http_status(404);
        "not found": Fault::error(ServiceError::new("ResourceNotFoundException", "It is gone."));
        "conflict": Fault::error(ResourceConflictException::builder().message("It is taken.").build());
        "limit": Fault::error(LimitExceededException::builder().message("Too many.").build());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_fault_is_what_a_test_writes() {
        let all = [default_faults(), other_faults()].concat();
        let code: Vec<&str> = all
            .iter()
            .filter_map(|fault| fault.code.as_deref())
            .collect();

        assert!(code.contains(&"Fault::http_status(503)"), "{code:#?}");
        assert!(
            code.contains(&"Fault::delay(Duration::from_secs(60))"),
            "{code:#?}"
        );
    }
}
