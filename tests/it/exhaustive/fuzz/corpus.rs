//! Where inputs come from: good ones, spoiled.

use fastrand::Rng;

use super::entries::OPERATIONS;

/// Good inputs, and what may be put into them.
pub(super) struct Corpus {
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
}

impl Corpus {
    /// One of the good inputs with a few things wrong; rarely none, rarely nothing but noise.
    pub(super) fn draw(&self, rng: &mut Rng) -> Vec<u8> {
        if rng.u8(..40) == 0 {
            let length = rng.usize(..200);
            return std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
        }
        let mut input = self.seed(rng).clone();
        for _ in 0..rng.u8(..6) {
            self.spoil(&mut input, rng);
        }
        input
    }

    fn seed(&self, rng: &mut Rng) -> &Vec<u8> {
        &self.seeds[rng.usize(..self.seeds.len())]
    }

    fn spoil(&self, input: &mut Vec<u8>, rng: &mut Rng) {
        let at = rng.usize(..=input.len());
        let to = rng.usize(at..=input.len().min(at + 40));
        match rng.u8(..9) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..to)),
            2 => {
                let piece = input[at..to].to_vec();
                let wherever = rng.usize(..=input.len());
                input.splice(wherever..wherever, piece);
            }
            3 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << rng.u8(..8);
                }
            }
            4 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = rng.u8(..);
                }
            }
            5 => {
                let other = self.seed(rng);
                let from = rng.usize(..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            6 => {
                let many = rng.choice(["[", "{\"a\":", "\"", "9", "\u{e9}", "<a>", "\0"]);
                let many = many.unwrap_or("[").repeat(rng.usize(..3_000));
                input.splice(at..at, many.into_bytes());
            }
            _ => {
                let word = self.words[rng.usize(..self.words.len())];
                let end = if rng.bool() { at } else { to };
                input.splice(at..end, word.bytes());
            }
        }
    }
}

const JSON_WORDS: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e999",
    "9223372036854775808",
    "0.5",
    "\"\"",
    "{}",
    "[]",
    ",",
    ":",
    "\"",
    "\\ud800",
    "\\u0000",
    "\\",
    "$POOL",
    "$ID",
    "\u{10ffff}",
    "\u{feff}",
    "IdentityPoolId",
    "IdentityId",
    "Logins",
    "NextToken",
    "MaxResults",
    "__type",
];

pub(super) fn bodies() -> Corpus {
    let seeds = BODIES.iter().zip(0..).map(|(body, operation)| {
        let mut seed = vec![operation, 1];
        seed.extend_from_slice(body.as_bytes());
        seed
    });
    assert_eq!(BODIES.len(), OPERATIONS.len());
    Corpus {
        seeds: seeds.collect(),
        words: JSON_WORDS,
    }
}

pub(super) fn logins() -> Corpus {
    let jwt = concat!(
        r#"{"alg":"RS512","kid":"mock-login-1","typ":"JWS"}"#,
        "\n",
        r#"{"iss":"https://accounts.google.com","aud":"app","sub":"ann","exp":99999999999,"iat":1,"cognito:roles":["a"],"amr":["x"]}"#,
        "\n",
        "signature"
    );
    let saml = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Subject><NameID>ann</NameID></Subject><Conditions NotOnOrAfter="2999-01-01T00:00:00Z"/><AttributeStatement><Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><AttributeValue>arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:saml-provider/adfs</AttributeValue></Attribute></AttributeStatement></Assertion></samlp:Response>"#;
    let forms = [(0, "any text"), (1, jwt), (2, saml), (0, "eyJ.eyJ.e30")];
    let mut seeds = Vec::new();
    for (form, text) in forms {
        for provider in 0..6 {
            for operation in 0..6 {
                let mut seed = vec![provider, operation, form];
                seed.extend_from_slice(text.as_bytes());
                seeds.push(seed);
            }
        }
    }
    Corpus {
        seeds,
        words: &[
            "none",
            "HS256",
            "RS256",
            "null",
            "-1",
            "1e999",
            "9223372036854775807",
            "exp",
            "iat",
            "\"",
            "{}",
            "[]",
            "https://cognito-identity.amazonaws.com",
            "https://issuer.example",
            "$ID",
            "$POOL",
            "&a;",
            "<!DOCTYPE a [<!ENTITY a \"&a;&a;\">]>",
            "<![CDATA[",
            "]]>",
            "\n",
            ".",
            "=",
            "kid",
            "us-east-1-7",
            "\u{10ffff}",
        ],
    }
}

pub(super) fn requests() -> Corpus {
    let json = "content-type: application/x-amz-json-1.1";
    let seeds = [
        format!("POST\nhttp://h/\n{json}\nx-amz-target: AWSCognitoIdentityService.GetId\namz-sdk-request: attempt=2; max=3\namz-sdk-invocation-id: 0193c3a4-4f0e-7a52-8a1b-3c1d5e7f9a0b\n\n{{\"IdentityPoolId\":\"$POOL\"}}"),
        format!("POST\nhttp://h/\n{json}\nx-amz-target: AWSCognitoIdentityService.ListIdentityPools\nauthorization: AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/cognito-identity/aws4_request, SignedHeaders=host, Signature=00\n\n{{\"MaxResults\":1}}"),
        "POST\nhttp://h/\ncontent-type: application/x-www-form-urlencoded\n\nAction=GetCallerIdentity&Version=2011-06-15".to_owned(),
        "GET\nhttp://h/.well-known/jwks_uri\nhost: h\n\n".to_owned(),
        "GET\n/.well-known/openid-configuration\nhost: h\n\n".to_owned(),
        "OPTIONS\n*\norigin: http://localhost\naccess-control-request-method: POST\n\n".to_owned(),
    ];
    Corpus {
        seeds: seeds.map(String::into_bytes).into(),
        words: WIRE_WORDS,
    }
}

const WIRE_WORDS: &[&str] = &[
    "GET",
    "PUT",
    "OPTIONS",
    "CONNECT",
    "/",
    "*",
    "http://",
    "?a=%00",
    "x-amz-target: ",
    "host: ",
    "content-type: ",
    "content-length: 99999999999999999999",
    "content-length: -1",
    "transfer-encoding: chunked",
    "expect: 100-continue",
    "connection: upgrade",
    "upgrade: h2c",
    "authorization: ",
    "AWS4-HMAC-SHA256",
    "Credential=",
    "SignedHeaders=",
    "Signature=",
    "\r\n",
    "\n",
    "\n\n",
    ": ",
    "\t",
    "HTTP/1.0",
    "HTTP/2.0",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "AWSCognitoIdentityService.",
    "Action=",
    "%",
    "&",
    "attempt=",
    "x-amz-date: 20260102T030405Z",
];

pub(super) fn wire() -> Corpus {
    let body = r#"{"IdentityPoolId":"$POOL"}"#;
    let head = "host: h\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: AWSCognitoIdentityService.GetId\r\n";
    let seeds = [
        // The pool's id is longer than its name here.
        format!("POST / HTTP/1.1\r\n{head}content-length: 67\r\n\r\n{body}"),
        format!(
            "POST / HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n43\r\n{body}\r\n0\r\n\r\n"
        ),
        format!(
            "POST / HTTP/1.1\r\n{head}expect: 100-continue\r\ncontent-length: 67\r\n\r\n{body}"
        ),
        "GET /.well-known/jwks_uri HTTP/1.1\r\nhost: h\r\n\r\n".to_owned(),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ];
    Corpus {
        seeds: seeds.map(String::into_bytes).into(),
        words: WIRE_WORDS,
    }
}

/// A body that is served, in the order of [`OPERATIONS`].
const BODIES: [&str; 25] = [
    r#"{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"AllowClassicFlow":true,"DeveloperProviderName":"login.mine","SupportedLoginProviders":{"graph.facebook.com":"app"},"CognitoIdentityProviders":[{"ProviderName":"cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI","ClientId":"app","ServerSideTokenCheck":true}],"OpenIdConnectProviderARNs":["arn:aws:iam::123456789012:oidc-provider/issuer.example"],"SamlProviderARNs":["arn:aws:iam::123456789012:saml-provider/adfs"],"IdentityPoolTags":{"a":"b"}}"#,
    r#"{"IdentityIdsToDelete":["$ID","us-east-1:00000000-0000-4000-8000-000000000000"]}"#,
    r#"{"IdentityPoolId":"us-east-1:00000000-0000-4000-8000-000000000000"}"#,
    r#"{"IdentityId":"$ID"}"#,
    r#"{"IdentityPoolId":"$POOL"}"#,
    r#"{"IdentityId":"$ID","Logins":{"graph.facebook.com":"ann"},"CustomRoleArn":"arn:aws:iam::123456789012:role/a"}"#,
    r#"{"AccountId":"123456789012","IdentityPoolId":"$POOL","Logins":{"graph.facebook.com":"bob"}}"#,
    r#"{"IdentityPoolId":"$POOL"}"#,
    r#"{"IdentityId":"$ID","Logins":{"graph.facebook.com":"ann"}}"#,
    r#"{"IdentityPoolId":"$POOL","IdentityId":"$ID","Logins":{"login.mine":"ann","graph.facebook.com":"ann"},"PrincipalTags":{"a":"b"},"TokenDuration":60}"#,
    r#"{"IdentityPoolId":"$POOL","IdentityProviderName":"graph.facebook.com"}"#,
    r#"{"IdentityPoolId":"$POOL","MaxResults":2,"NextToken":"aWRlbnRpdGllcyBvZiA","HideDisabled":true}"#,
    r#"{"MaxResults":60,"NextToken":"cG9vbHMgb2YgdXMtZWFzdC0xCg"}"#,
    r#"{"ResourceArn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/$POOL"}"#,
    r#"{"IdentityPoolId":"$POOL","IdentityId":"$ID","DeveloperUserIdentifier":"ann","MaxResults":1,"NextToken":"AA"}"#,
    r#"{"SourceUserIdentifier":"ann","DestinationUserIdentifier":"bob","DeveloperProviderName":"login.mine","IdentityPoolId":"$POOL"}"#,
    r#"{"IdentityPoolId":"$POOL","Roles":{"authenticated":"arn:aws:iam::123456789012:role/a"},"RoleMappings":{"graph.facebook.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"sub","MatchType":"StartsWith","Value":"a","RoleARN":"arn:aws:iam::123456789012:role/b"}]}}}}"#,
    r#"{"IdentityPoolId":"$POOL","IdentityProviderName":"graph.facebook.com","UseDefaults":false,"PrincipalTags":{"a":"sub"}}"#,
    r#"{"ResourceArn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/$POOL","Tags":{"a":"b"}}"#,
    r#"{"IdentityId":"$ID","IdentityPoolId":"$POOL","DeveloperProviderName":"login.mine","DeveloperUserIdentifier":"ann"}"#,
    r#"{"IdentityId":"$ID","Logins":{"graph.facebook.com":"ann"},"LoginsToRemove":["graph.facebook.com"]}"#,
    r#"{"ResourceArn":"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/$POOL","TagKeys":["a"]}"#,
    r#"{"IdentityPoolId":"$POOL","IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"IdentityPoolTags":{}}"#,
    "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa&RoleSessionName=s&WebIdentityToken=abcd&DurationSeconds=900",
    "Action=GetCallerIdentity&Version=2011-06-15",
];
