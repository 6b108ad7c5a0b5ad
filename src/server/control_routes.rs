//! Control routes, with which a process in any language arranges, observes and breaks the mock.

use std::sync::Arc;

use super::builder::Builder;
use crate::control::ControlRoutes;
use crate::service::Service;
use crate::transport::routes::Routes;

/// Control routes. They need the feature `server`.
impl Builder {
    /// Makes the mock answer the control routes under `/_mock/`, besides the API: faults, recorded
    /// calls, the clock, login tokens, the state. `GET /_mock/` lists them, and
    /// [a guide](crate::guides::other_languages) describes them. They are for processes in other
    /// languages that a test starts; the command `mock-cognito-identity` always has them. A mock in
    /// memory ignores this setting.
    ///
    /// Web pages cannot use them: requests with an `Origin` other than the mock's own are refused,
    /// and so are requests whose `Host` is neither a loopback address nor one of
    /// [`control_host`](Self::control_host).
    ///
    /// ```
    /// # use std::io::{Read, Write};
    /// # use std::net::TcpStream;
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// # fn main() -> std::io::Result<()> {
    /// let mock = MockCognitoIdentity::builder().control_routes().start();
    ///
    /// // What any process can do that knows `mock.endpoint_url()`:
    /// let mut stream = TcpStream::connect(mock.address().unwrap())?;
    /// stream.write_all(b"GET /_mock/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    /// let mut answer = String::new();
    /// stream.read_to_string(&mut answer)?;
    /// assert!(answer.contains(r#""cognito-identity":"available""#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn control_routes(mut self) -> Self {
        self.control.get_or_insert_default();
        self
    }

    /// Makes control routes answer requests to this host as well: the name or the address under which
    /// other machines and containers reach the mock. `0.0.0.0` and `::` stand for every address, but
    /// for no name. This switches on [`control_routes`](Self::control_routes).
    ///
    /// ```
    /// # use mock_cognito_identity::MockCognitoIdentity;
    /// let mock = MockCognitoIdentity::builder().control_host("mock.internal").start();
    /// # let _ = mock;
    /// ```
    pub fn control_host(mut self, host: &str) -> Self {
        self.control.get_or_insert_default().add(host);
        self
    }

    pub(super) fn routes(&self, service: &Arc<Service>) -> Option<Arc<dyn Routes>> {
        let hosts = self.control.clone()?;
        Some(Arc::new(ControlRoutes::new(Arc::clone(service), hosts)))
    }
}
