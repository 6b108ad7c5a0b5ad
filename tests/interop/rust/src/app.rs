//! An application that has never heard of a mock: its configuration comes from the environment.
//!
//! Signs a guest in to the pool that is its argument, by both flows, and prints who it is.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_sdk_cognitoidentity::error::DisplayErrorContext;

const ROLE: &str = "arn:aws:iam::123456789012:role/Guest";

async fn sign_in(pool: &str) -> Result<(), Box<dyn Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let cognito = aws_sdk_cognitoidentity::Client::new(&config);

    let guest = cognito.get_id().identity_pool_id(pool).send().await?;
    let id = guest.identity_id().ok_or("no identity id")?;
    let enhanced = cognito
        .get_credentials_for_identity()
        .identity_id(id)
        .send()
        .await?;
    let keys = enhanced.credentials().ok_or("no credentials")?;
    let expires = keys.expiration().ok_or("no expiration")?.secs();
    println!("identity {id}");
    println!(
        "enhanced {} {expires}",
        keys.access_key_id().ok_or("no access key")?
    );

    let token = cognito.get_open_id_token().identity_id(id).send().await?;
    let assumed = aws_sdk_sts::Client::new(&config)
        .assume_role_with_web_identity()
        .role_arn(ROLE)
        .role_session_name("app")
        .web_identity_token(token.token().ok_or("no token")?)
        .send()
        .await?;
    let keys = assumed.credentials().ok_or("no credentials")?;
    let session = aws_sdk_sts::config::Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        Some(keys.session_token().to_owned()),
        None,
        "classic flow",
    );
    let session = config
        .to_builder()
        .credentials_provider(aws_sdk_sts::config::SharedCredentialsProvider::new(session));
    let me = aws_sdk_sts::Client::new(&session.build());
    let me = me.get_caller_identity().send().await?;
    println!("classic {}", me.arn().ok_or("no arn")?);
    Ok(())
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let pool = std::env::args().nth(1).unwrap_or_default();
    match sign_in(&pool).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("app: {}", DisplayErrorContext(&*error));
            std::process::ExitCode::FAILURE
        }
    }
}
