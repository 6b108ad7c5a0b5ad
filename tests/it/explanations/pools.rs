//! Pools that do not exist, settings that AWS does not accept, and page tokens.

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::Region;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;
use expect_test::expect;
use mock_cognito_identity::PoolSeed;

use super::{explained, explanations};
use crate::support::app::{DEVELOPER, FACEBOOK, FOREIGN_SAML, GOOGLE, GOOGLE_APP, USER_POOL};
use crate::support::sdk_view::client_without_retries;
use crate::support::{NO_POOL, guest, mock};

const POOL: &str = "us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab";

#[tokio::test]
async fn a_pool_that_is_not_there() {
    let told = explained(async |mock| {
        let client = mock.client();
        let europe = Client::from_conf(mock.config().region(Region::new("eu-west-1")).build());
        client
            .get_id()
            .identity_pool_id(NO_POOL)
            .send()
            .await
            .unwrap_err();
        mock.seed_pool(PoolSeed::named("app").id(POOL));
        let gone = mock.seed_pool("gone");
        let call = client.delete_identity_pool().identity_pool_id(gone.id());
        call.send().await.unwrap();
        let visitor = guest(&client, POOL).await;

        europe
            .describe_identity_pool()
            .identity_pool_id(POOL)
            .send()
            .await
            .unwrap_err();
        for id in [
            gone.id(),
            &visitor,
            "us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ac",
            "eu-west-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab",
            NO_POOL,
        ] {
            client
                .get_id()
                .identity_pool_id(id)
                .send()
                .await
                .unwrap_err();
        }
    })
    .await;

    expect![[r#"
        GetId: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000000' not found.
            the mock has no pools in us-east-1; `seed_pool` makes one
        DescribeIdentityPool: IdentityPool 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab' not found.
            no such pool in eu-west-1; us-east-1 has one of this id
        GetId: IdentityPool 'us-east-1:38f4d74b-451e-4c20-b7e1-e15867216173' not found.
            the pool "gone" was deleted by call #2, DeleteIdentityPool
        GetId: IdentityPool 'us-east-1:c5fc598e-701d-c1ac-08f9-cbbd2c2a609f' not found.
            this is the id of an identity of the pool "app", whose id is us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab
        GetId: IdentityPool 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ac' not found.
            no such pool in us-east-1; did you mean "us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab"?
        GetId: IdentityPool 'eu-west-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab' not found.
            no such pool in us-east-1; did you mean "us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab"?
        GetId: IdentityPool 'us-east-1:00000000-0000-4000-8000-000000000000' not found.
            no such pool in us-east-1, which has "app" (us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab)
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn the_arn_of_a_resource_to_tag() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(PoolSeed::named("app").id(POOL));
        let own = format!("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{POOL}");

        for arn in [
            pool.id(),
            "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbC",
            &own.replace("123456789012", "123456789021"),
            &own.replacen("us-east-1", "eu-west-1", 1),
            &own.replace("0123456789ab", "000000000000"),
        ] {
            let call = mock.client().list_tags_for_resource().resource_arn(arn);
            call.send().await.unwrap_err();
        }
    })
    .await;

    expect![[r#"
        ListTagsForResource: User: arn:aws:iam::123456789012:user/mock is not authorized to perform: cognito-identity:ListTagsForResource on resource: us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab
            "us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab" is no ARN; that of a pool has the form arn:aws:cognito-identity:us-east-1:123456789012:identitypool/<pool id>
        ListTagsForResource: Invalid Cognito Identity resource ARN.
            "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbC" does not have the form arn:aws:cognito-identity:us-east-1:123456789012:identitypool/<pool id>
        ListTagsForResource: IdentityPool 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab' not found.
            the ARN names the account "123456789021", and the call is for "123456789012"; did you mean "123456789012"?
        ListTagsForResource: IdentityPool 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab' not found.
            the ARN names the Region "eu-west-1", and the call is for "us-east-1"
        ListTagsForResource: IdentityPool 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-000000000000' not found.
            no such pool in us-east-1, which has "app" (us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab)
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn tags_that_are_not_allowed() {
    let told = explained(async |mock| {
        let create = || {
            let create = mock
                .client()
                .create_identity_pool()
                .identity_pool_name("app");
            create.allow_unauthenticated_identities(true)
        };
        create()
            .identity_pool_tags("aws:name", "x")
            .send()
            .await
            .unwrap_err();
        create()
            .identity_pool_tags("café", "x")
            .send()
            .await
            .unwrap_err();
        let many = (0..=50).fold(create(), |create, n| {
            create.identity_pool_tags(format!("key {n}"), "x")
        });
        many.send().await.unwrap_err();
        mock.seed_pool(PoolSeed::named("app").id(POOL));
        for id in ["app", "eu-west-1:0", POOL] {
            create()
                .identity_pool_tags("_custom_id_", id)
                .send()
                .await
                .unwrap_err();
        }
    })
    .await;

    expect![[r#"
        CreateIdentityPool: The tag key 'aws:name' begins with 'aws:', which is reserved.
            "aws:name" begins with aws:, which only AWS may use
        CreateIdentityPool: The tag 'café' contains characters that are not allowed.
            the tag "café" = "x" has the character 'é'; allowed are A-Z, a-z, 0-9, space and _.:/=+-@
        CreateIdentityPool: An identity pool can carry 50 tags at most.
            the pool would have 51 tags, 50 are the most
        CreateIdentityPool: The custom id 'app' is not the id of an identity pool.
            a custom id is a Region, a colon and up to 45 characters of 0-9, a-f and -
        CreateIdentityPool: The custom id 'eu-west-1:0' is of another Region than the call.
            the id begins with eu-west-1, and the call is for us-east-1
        CreateIdentityPool: The custom id 'us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab' is taken.
            the pool "app" has this id
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn providers_that_are_not_accepted() {
    let told = explained(async |mock| {
        let pool = PoolSeed::named("app")
            .login_provider(FACEBOOK, "1234")
            .developer_provider(DEVELOPER);
        let pool = mock.seed_pool(pool);
        let client = mock.client();
        let update = || {
            let update = client.update_identity_pool().identity_pool_id(pool.id());
            update
                .identity_pool_name("app")
                .allow_unauthenticated_identities(true)
        };

        for name in [
            "us-east-1_AbC",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC",
        ] {
            let provider = CognitoIdentityProvider::builder().provider_name(name);
            let call = update().cognito_identity_providers(provider.client_id("web").build());
            let _ = call.send().await.unwrap_err();
        }
        for arn in [
            FOREIGN_SAML,
            "arn:aws-cn:iam::123456789012:saml-provider/corporate",
            "arn:aws:iam::123456789012:oidc-provider/corporate",
            "saml-provider/corporate",
        ] {
            update().saml_provider_arns(arn).send().await.unwrap_err();
        }
        let call = update().developer_provider_name("another");
        call.send().await.unwrap_err();
        for name in ["graph.facebook.co", USER_POOL] {
            let set = client
                .set_principal_tag_attribute_map()
                .identity_pool_id(pool.id());
            set.identity_provider_name(name).send().await.unwrap_err();
        }
        let get = client
            .get_principal_tag_attribute_map()
            .identity_pool_id(pool.id());
        get.identity_provider_name(FACEBOOK)
            .send()
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        UpdateIdentityPool: Invalid Cognito Identity Provider
            `ProviderName` is "us-east-1_AbC"; it must have the form cognito-idp.<Region>.amazonaws.com/<user pool id>
        UpdateIdentityPool: Invalid Cognito Identity Provider
            `ProviderName` is "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC"; it must have the form cognito-idp.<Region>.amazonaws.com/<user pool id>
        UpdateIdentityPool: Identity provider arn:aws:iam::999999999999:saml-provider/corporate is not valid for account 123456789012
            arn:aws:iam::999999999999:saml-provider/corporate is of account "999999999999"; the mock's is 123456789012
        UpdateIdentityPool: Identity provider arn:aws-cn:iam::123456789012:saml-provider/corporate is not valid for account 123456789012
            arn:aws-cn:iam::123456789012:saml-provider/corporate is of partition "aws-cn"; us-east-1 is in aws
        UpdateIdentityPool: Identity provider arn:aws:iam::123456789012:oidc-provider/corporate is not valid for account 123456789012
            arn:aws:iam::123456789012:oidc-provider/corporate is not the ARN of a saml-provider with a name
        UpdateIdentityPool: Identity provider saml-provider/corporate is not valid for account 123456789012
            "saml-provider/corporate" is no ARN, such as arn:aws:iam::123456789012:saml-provider/<name>
        UpdateIdentityPool: The developer provider name of this pool is 'login.mycompany.myapp' and cannot be changed.
            the developer provider of the pool "app" is "login.mycompany.myapp", and the request has "another"; once set, it stays
        SetPrincipalTagAttributeMap: (graph.facebook.co) is not a configured provider.
            the pool "app" has the providers "graph.facebook.com", and the request names "graph.facebook.co"; did you mean "graph.facebook.com"?
        SetPrincipalTagAttributeMap: (cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI) is not a configured provider.
            the pool "app" has the providers "graph.facebook.com", and the request names "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"
        GetPrincipalTagAttributeMap: No Principal Tags configured for Provider graph.facebook.com
            the pool "app" has no attribute map for "graph.facebook.com"; it has no maps at all
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn the_classic_flow_is_closed() {
    let told = explained(async |mock| {
        let client = mock.client();
        let create = client.create_identity_pool().identity_pool_name("app");
        let create = create
            .allow_unauthenticated_identities(true)
            .allow_classic_flow(false);
        let pool = create.send().await.unwrap().identity_pool_id;
        let id = guest(&client, &pool).await;

        client
            .get_open_id_token()
            .identity_id(id)
            .send()
            .await
            .unwrap_err();
    })
    .await;

    expect![[r#"
        GetOpenIdToken: Basic (classic) flow is not enabled, please use enhanced flow.
            the pool "app" has AllowClassicFlow = false; the enhanced flow is GetCredentialsForIdentity
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn a_page_token_of_another_list() {
    let told = explained(async |mock| {
        let pool = mock.seed_pool(
            PoolSeed::named("app")
                .id(POOL)
                .login_provider(GOOGLE, GOOGLE_APP),
        );
        mock.seed_pool("second");
        let client = mock.client();
        let pools = client
            .list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();

        let call = client
            .list_identities()
            .identity_pool_id(pool.id())
            .max_results(1);
        call.set_next_token(pools.next_token)
            .send()
            .await
            .unwrap_err();
        let call = client.list_identity_pools().max_results(1);
        call.next_token("page-2").send().await.unwrap_err();
    })
    .await;

    expect![[r#"
        ListIdentities: NextToken is not one of this list.
            the token was issued for the pools of us-east-1; the request is about the identities of us-east-1:b1cc1fbb-7f1b-4f3c-8d1e-0123456789ab
        ListIdentityPools: NextToken is not one of this list.
            no such token was issued for the pools of us-east-1; was it changed or cut off?
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn the_quotas_that_are_enforced() {
    let mock = mock().aws_quotas().in_memory();
    let client = client_without_retries(&mock);
    let user_pool = |n: usize| {
        let provider = CognitoIdentityProvider::builder();
        let name = format!("cognito-idp.us-east-1.amazonaws.com/us-east-1_{n}");
        provider.provider_name(name).client_id("web").build()
    };
    let create = client.create_identity_pool().identity_pool_name("app");
    let create = create.allow_unauthenticated_identities(true);
    let create = create.set_cognito_identity_providers(Some((0..51).map(user_pool).collect()));
    create.send().await.unwrap_err();
    for n in 0..1_000 {
        mock.seed_pool(PoolSeed::named(format!("pool {n}")));
    }
    let create = client.create_identity_pool().identity_pool_name("app");
    let create = create.allow_unauthenticated_identities(true);
    create.send().await.unwrap_err();

    expect![[r#"
        CreateIdentityPool: The number of Cognito Identity Providers exceeds the limit of 50.
            the request has 51 CognitoIdentityProviders; the quota is 50, which `aws_quotas` enforces
        CreateIdentityPool: The number of identity pools exceeds the limit of 1000.
            us-east-1 has 1000 pools; the quota is 1000, which `aws_quotas` enforces
    "#]].assert_eq(&explanations(&mock));
}
