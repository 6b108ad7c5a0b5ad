//! Which requests control routes answer: those that no web page can have sent.
//!
//! A page in a browser can send requests to a server on the same machine. Its `Origin` then tells
//! where it is from. With DNS rebinding the name of the page's own host leads to this server, so that
//! the page counts as the server's own; its `Host` then is that name. The control routes refuse both,
//! and they allow no page to read their answers.

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::request::Parts;

use crate::redact::one_line;

/// The hosts, besides loopback addresses, that control routes answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    names: Vec<String>,
    /// Every address is given, because the server listens on all of them.
    any_address: bool,
}

impl Hosts {
    /// Adds the name or the address of a host. The unspecified address stands for every address.
    pub(crate) fn add(&mut self, host: &str) {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        match host.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => self.any_address = true,
            _ => self.names.push(host),
        }
    }

    /// The error says why a request is refused.
    pub(super) fn check(&self, head: &Parts) -> Result<(), String> {
        let mut hosts = head.headers.get_all(HOST).iter();
        let (Some(Ok(host)), None) = (hosts.next().map(|host| host.to_str()), hosts.next()) else {
            return Err("control routes need one `Host` header".to_owned());
        };
        let targets = [Some(host), head.uri.authority().map(|host| host.as_str())];
        for target in targets.into_iter().flatten() {
            if !self.includes(name_of(target)) {
                return Err(format!(
                    "control routes answer requests to loopback addresses and to the host that the \
                     mock was given, and this one is to {:?}",
                    one_line(&target)
                ));
            }
        }
        for origin in head.headers.get_all(ORIGIN) {
            let own = origin
                .to_str()
                .ok()
                .and_then(|text| text.strip_prefix("http://"));
            if own.is_none_or(|own| !own.eq_ignore_ascii_case(host)) {
                return Err(format!(
                    "control routes answer no web pages, and this request has the `Origin` {:?}",
                    one_line(&String::from_utf8_lossy(origin.as_bytes()))
                ));
            }
        }
        Ok(())
    }

    fn includes(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        if name == "localhost" || self.names.contains(&name) {
            return true;
        }
        let address = name.parse::<IpAddr>();
        address.is_ok_and(|address| self.any_address || address.is_loopback())
    }
}

/// A host without its port and without the brackets of an IPv6 address.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &Hosts, headers: &[(&str, &str)]) -> Result<(), String> {
        let mut request = http::Request::get("/_mock/calls");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        hosts.check(&request.body(()).unwrap().into_parts().0)
    }

    fn given(hosts: &[&str]) -> Hosts {
        let mut given = Hosts::default();
        hosts.iter().for_each(|host| given.add(host));
        given
    }

    #[test]
    fn loopback_addresses_are_answered_and_others_are_not() {
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:9999",
            "127.9.9.9",
            "[::1]:80",
        ] {
            assert_eq!(check(&given(&[]), &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:80",
            "192.168.1.5",
            "[::2]",
            "0.0.0.0",
            "localhost@evil.example",
        ] {
            assert!(check(&given(&[]), &[("host", host)]).is_err(), "{host}");
        }
        assert!(check(&given(&[]), &[]).is_err());
        assert!(check(&given(&[]), &[("host", "localhost"), ("host", "localhost")]).is_err());
    }

    #[test]
    fn a_host_that_was_given_is_answered() {
        let hosts = given(&["Mock.internal", "[2001:db8::1]"]);
        let anywhere = given(&["0.0.0.0"]);

        assert_eq!(check(&hosts, &[("host", "mock.INTERNAL:80")]), Ok(()));
        assert_eq!(check(&hosts, &[("host", "[2001:db8::1]:80")]), Ok(()));
        assert!(check(&hosts, &[("host", "192.168.1.5")]).is_err());
        assert_eq!(check(&anywhere, &[("host", "192.168.1.5:80")]), Ok(()));
        assert!(check(&anywhere, &[("host", "evil.example")]).is_err());
    }

    #[test]
    fn the_origin_must_be_the_hosts_own() {
        let origin = |origin| check(&given(&[]), &[("host", "localhost:80"), ("origin", origin)]);

        assert_eq!(origin("http://localhost:80"), Ok(()));
        for foreign in [
            "http://localhost:81",
            "https://localhost:80",
            "http://evil.example",
            "null",
            "",
        ] {
            assert!(origin(foreign).is_err(), "{foreign}");
        }
        assert_eq!(
            origin("http://evil.example").unwrap_err(),
            "control routes answer no web pages, and this request has the `Origin` \
             \"http://evil.example\""
        );
    }

    #[test]
    fn the_target_of_a_request_counts_too() {
        let request = http::Request::get("http://evil.example/_mock/calls");
        let request = request.header("host", "localhost").body(()).unwrap();

        assert!(given(&[]).check(&request.into_parts().0).is_err());
    }
}
