//! The operations on pools and their settings.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::delete_identity_pool::DeleteIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolInput;
use aws_sdk_cognitoidentity::operation::get_identity_pool_roles::GetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::get_principal_tag_attribute_map::GetPrincipalTagAttributeMapInput;
use aws_sdk_cognitoidentity::operation::list_identity_pools::ListIdentityPoolsInput;
use aws_sdk_cognitoidentity::operation::list_tags_for_resource::ListTagsForResourceInput;
use aws_sdk_cognitoidentity::operation::set_identity_pool_roles::SetIdentityPoolRolesInput;
use aws_sdk_cognitoidentity::operation::set_principal_tag_attribute_map::SetPrincipalTagAttributeMapInput;
use aws_sdk_cognitoidentity::operation::tag_resource::TagResourceInput;
use aws_sdk_cognitoidentity::operation::untag_resource::UntagResourceInput;
use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolInput;
use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, CognitoIdentityProvider, RoleMapping, RoleMappingType,
};
use mock_cognito_identity::Operation;

use super::{DEVELOPER, Driver, REGIONS};
use crate::exhaustive::engine_model::tokens::{
    APP, FACEBOOK, GOOGLE, OIDC, OIDC_ARN, PUBLIC, SAML, USER_POOL,
};
use crate::exhaustive::engine_model::world::{Ambiguous, INVALID, NOT_AUTHORIZED, NOT_FOUND, Pool};

impl Driver<'_> {
    pub(super) fn providers_drawn(&mut self) -> BTreeSet<&'static str> {
        PUBLIC
            .into_iter()
            .filter(|_| self.rng.u8(..4) > 0)
            .collect()
    }

    pub(super) fn create_pool(&mut self) {
        let region = REGIONS[self.rng.usize(..REGIONS.len())];
        let providers = self.providers_drawn();
        let (guests, classic) = (self.rng.u8(..4) > 0, self.switch());
        let developer = (self.rng.u8(..4) > 0).then(|| DEVELOPER[0].to_owned());
        let mut tags = self.tags_drawn();
        // Ids of pools that are there, or that were.
        if self.rng.u8(..4) == 0 {
            let known = self
                .pools
                .keys()
                .chain(&self.gone)
                .filter(|id| id.len() == 46);
            let known: Vec<String> = known.cloned().collect();
            tags.extend(
                self.rng
                    .choice(known)
                    .map(|id| ("_custom_id_".to_owned(), id)),
            );
        }
        let custom = tags.get("_custom_id_").cloned();
        let refused = tags.len() > 50
            || tags.contains_key("aws:reserved")
            || custom
                .as_ref()
                .is_some_and(|id| !id.starts_with(region) || self.pools.contains_key(id));
        let name = format!("pool {}", self.rng.u8(..));
        let input = CreateIdentityPoolInput::builder()
            .identity_pool_name(&name)
            .allow_unauthenticated_identities(guests)
            .set_allow_classic_flow(classic)
            .set_developer_provider_name(developer.clone())
            .set_supported_login_providers(Some(social(&providers)))
            .set_cognito_identity_providers(Some(user_pools(&providers)))
            .set_open_id_connect_provider_arns(Some(arns(&providers, OIDC)))
            .set_saml_provider_arns(Some(arns(&providers, SAML)))
            .set_identity_pool_tags(Some(HashMap::from_iter(tags.clone())))
            .build()
            .unwrap();
        self.doing = format!("{input:?}");
        let result = self.ask(Operation::CreateIdentityPool, region, |engine| {
            engine.create_identity_pool(input)
        });
        let id = result.map(|output| output.identity_pool_id);
        let given = id.clone().unwrap_or_default();
        let expected = custom.unwrap_or_else(|| given.clone());
        self.agree(id, if refused { Err(INVALID) } else { Ok(expected) });
        if refused {
            return;
        }
        let pool = Pool {
            id: given.clone(),
            region: region.to_owned(),
            name,
            guests,
            classic,
            providers,
            developer,
            roles: BTreeMap::new(),
            mapping: None,
            principal_tags: BTreeMap::new(),
            tags,
            identities: BTreeMap::new(),
        };
        assert!(
            self.pools.insert(given, pool).is_none(),
            "{}: an id given out twice",
            self.place()
        );
    }

    pub(super) fn switch(&mut self) -> Option<bool> {
        [None, Some(true), Some(true), Some(false)][self.rng.usize(..4)]
    }

    pub(super) fn update_pool(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let providers = self.providers_drawn();
        let (guests, classic) = (self.rng.u8(..4) > 0, self.switch());
        let developer = match self.rng.u8(..8) {
            0 => Some(DEVELOPER[1].to_owned()),
            1..4 => Some(DEVELOPER[0].to_owned()),
            _ => None,
        };
        let tags = (self.rng.u8(..4) == 0).then(|| self.tags_drawn());
        let input = UpdateIdentityPoolInput::builder()
            .identity_pool_id(&id)
            .identity_pool_name("updated")
            .allow_unauthenticated_identities(guests)
            .set_allow_classic_flow(classic)
            .set_developer_provider_name(developer.clone())
            .set_supported_login_providers(Some(social(&providers)))
            .set_cognito_identity_providers(Some(user_pools(&providers)))
            .set_open_id_connect_provider_arns(Some(arns(&providers, OIDC)))
            .set_saml_provider_arns(Some(arns(&providers, SAML)))
            .set_identity_pool_tags(tags.clone().map(HashMap::from_iter))
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::UpdateIdentityPool, region, |engine| {
            engine.update_identity_pool(input)
        });
        let model = self.reached(&id, region).and_then(|pool| {
            let fixed = pool.developer.as_ref().zip(developer.as_ref());
            let refused = tags.as_ref().is_some_and(|tags| !are_allowed(tags))
                || fixed.is_some_and(|(name, other)| name != other);
            if refused { Err(INVALID) } else { Ok(()) }
        });
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done {
            let pool = self.pool_mut(&id);
            "updated".clone_into(&mut pool.name);
            (pool.guests, pool.classic, pool.providers) = (guests, classic, providers);
            pool.developer = pool.developer.take().or(developer);
            if let Some(tags) = tags {
                pool.tags = tags;
            }
        }
    }

    pub(super) fn delete_pool(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let input = DeleteIdentityPoolInput::builder().identity_pool_id(&id);
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::DeleteIdentityPool, region, |engine| {
            engine.delete_identity_pool(input)
        });
        let model = self.reached(&id, region).map(|_| ());
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done && let Some(pool) = self.pools.remove(&id) {
            self.gone.truncate(20);
            self.gone.insert(0, id);
            self.gone.splice(0..0, pool.identities.into_keys());
            self.vouching.retain(|token| token.pool != pool.id);
        }
    }

    pub(super) fn describe_pool(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let input = DescribeIdentityPoolInput::builder().identity_pool_id(&id);
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::DescribeIdentityPool, region, |engine| {
            engine.describe_identity_pool(input)
        });
        let model = self.reached(&id, region).map(|pool| {
            (
                pool.name.clone(),
                pool.guests,
                pool.classic,
                pool.developer.clone(),
                pool.tags.clone(),
            )
        });
        let result = result.map(|output| {
            (
                output.identity_pool_name,
                output.allow_unauthenticated_identities,
                output.allow_classic_flow,
                output.developer_provider_name,
                output
                    .identity_pool_tags
                    .unwrap_or_default()
                    .into_iter()
                    .collect(),
            )
        });
        self.agree(result, model);
    }

    pub(super) fn list_pools(&mut self, pool: &str) {
        let (region, size) = (self.region(pool), self.page_size());
        self.doing = format!("ListIdentityPools of {region}, {size} a page");
        let foreign = (self.rng.u8(..8) == 0).then(|| "nonsense".to_owned());
        let (mut listed, mut next) = (Vec::new(), foreign.clone());
        loop {
            let input = ListIdentityPoolsInput::builder().max_results(size);
            let input = input.set_next_token(next).build().unwrap();
            let page = self.ask(Operation::ListIdentityPools, region, |engine| {
                engine.list_identity_pools(input)
            });
            if foreign.is_some() {
                return self.agree(page.map(|_| ()), Err(INVALID));
            }
            let page = page.unwrap();
            let pools = page.identity_pools.unwrap_or_default();
            assert!(pools.len() <= size as usize, "{}", self.place());
            listed.extend(pools.into_iter().filter_map(|pool| pool.identity_pool_id));
            next = page.next_token;
            if next.is_none() {
                break;
            }
        }
        let expected = self.pools.values().filter(|pool| pool.region == region);
        let expected: Vec<String> = expected.map(|pool| pool.id.clone()).collect();
        self.agree(Ok(listed), Ok(expected));
    }

    pub(super) fn set_roles(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let account = if self.rng.u8(..20) == 0 {
            "999999999999"
        } else {
            "123456789012"
        };
        let roles = ["authenticated", "unauthenticated"].into_iter();
        let role = |kind: &str| format!("arn:aws:iam::{account}:role/{kind}");
        let roles = roles.filter(|_| self.rng.u8(..5) > 0);
        let roles: BTreeMap<_, _> = roles.map(|kind| (kind.to_owned(), role(kind))).collect();
        let mapping = match self.rng.u8(..10) {
            0 => Some(Ambiguous::Deny),
            1 => Some(Ambiguous::AuthenticatedRole),
            _ => None,
        };
        let mapped = mapping.map(|ambiguous| {
            let resolution = match ambiguous {
                Ambiguous::Deny => AmbiguousRoleResolutionType::Deny,
                Ambiguous::AuthenticatedRole => AmbiguousRoleResolutionType::AuthenticatedRole,
            };
            let mapping = RoleMapping::builder()
                .r#type(RoleMappingType::Token)
                .ambiguous_role_resolution(resolution);
            HashMap::from([(GOOGLE.to_owned(), mapping.build().unwrap())])
        });
        let input = SetIdentityPoolRolesInput::builder()
            .identity_pool_id(&id)
            .set_roles(Some(HashMap::from_iter(roles.clone())))
            .set_role_mappings(mapped)
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::SetIdentityPoolRoles, region, |engine| {
            engine.set_identity_pool_roles(input)
        });
        let model = self.reached(&id, region).and_then(|pool| {
            if mapping.is_some() && !pool.providers.contains(GOOGLE) {
                Err(INVALID)
            } else if account == "999999999999" && !roles.is_empty() {
                Err(NOT_AUTHORIZED)
            } else {
                Ok(())
            }
        });
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done {
            let pool = self.pool_mut(&id);
            (pool.roles, pool.mapping) = (roles, mapping);
        }
    }

    pub(super) fn get_roles(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let input = GetIdentityPoolRolesInput::builder().identity_pool_id(&id);
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::GetIdentityPoolRoles, region, |engine| {
            engine.get_identity_pool_roles(input)
        });
        let result = result.map(|output| {
            let roles = BTreeMap::from_iter(output.roles.unwrap_or_default());
            (roles, output.role_mappings.is_some())
        });
        let model = self.reached(&id, region);
        let model = model.map(|pool| (pool.roles.clone(), pool.mapping.is_some()));
        self.agree(result, model);
    }

    pub(super) fn set_principal_tags(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let provider = [FACEBOOK, GOOGLE, USER_POOL, SAML][self.rng.usize(..4)];
        let defaults = self.rng.u8(..4) == 0;
        let drawn = self.rng.u8(..3);
        let tags = (0..drawn).map(|n| (format!("tag{n}"), "sub".to_owned()));
        let tags: BTreeMap<_, _> = tags.filter(|_| !defaults).collect();
        let input = SetPrincipalTagAttributeMapInput::builder()
            .identity_pool_id(&id)
            .identity_provider_name(provider)
            .use_defaults(defaults)
            .set_principal_tags(Some(HashMap::from_iter(tags.clone())))
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::SetPrincipalTagAttributeMap, region, |engine| {
            engine.set_principal_tag_attribute_map(input)
        });
        let model = self.reached(&id, region).and_then(|pool| {
            let known = pool.providers.contains(provider);
            known.then_some(()).ok_or(INVALID)
        });
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done {
            let maps = &mut self.pool_mut(&id).principal_tags;
            maps.insert(provider.to_owned(), tags);
        }
    }

    pub(super) fn get_principal_tags(&mut self, pool: &str) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let provider = [FACEBOOK, GOOGLE, USER_POOL, SAML][self.rng.usize(..4)];
        let input = GetPrincipalTagAttributeMapInput::builder()
            .identity_pool_id(&id)
            .identity_provider_name(provider)
            .build()
            .unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::GetPrincipalTagAttributeMap, region, |engine| {
            engine.get_principal_tag_attribute_map(input)
        });
        let result = result.map(|map| BTreeMap::from_iter(map.principal_tags.unwrap_or_default()));
        let model = self.reached(&id, region);
        let model = model.and_then(|pool| pool.principal_tags.get(provider).ok_or(NOT_FOUND));
        self.agree(result, model.cloned());
    }

    pub(super) fn arn(&mut self, pool: &str) -> (&'static str, String, String) {
        let (region, id) = (self.region(pool), self.pool_or_gone(pool));
        let of = id.split_once(':').map_or(region, |(of, _)| of);
        let arn = format!("arn:aws:cognito-identity:{of}:123456789012:identitypool/{id}");
        (region, id, arn)
    }

    pub(super) fn tag(&mut self, pool: &str) {
        let (region, id, arn) = self.arn(pool);
        let tags = self.tags_drawn();
        let input = TagResourceInput::builder().resource_arn(arn);
        let input = input.set_tags(Some(HashMap::from_iter(tags.clone())));
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::TagResource, region, |engine| {
            engine.tag_resource(input)
        });
        let model = self.reached(&id, region).and_then(|pool| {
            let mut all = pool.tags.clone();
            all.extend(tags);
            if are_allowed(&all) {
                Ok(all)
            } else {
                Err(INVALID)
            }
        });
        self.agree(
            result.map(|_| ()),
            model.as_ref().map(|_| ()).map_err(|code| *code),
        );
        if let Ok(tags) = model {
            self.pool_mut(&id).tags = tags;
        }
    }

    pub(super) fn untag(&mut self, pool: &str) {
        let (region, id, arn) = self.arn(pool);
        let keys: Vec<String> = (0..self.rng.u8(..40)).map(|n| format!("key{n}")).collect();
        let input = UntagResourceInput::builder().resource_arn(arn);
        let input = input.set_tag_keys(Some(keys.clone())).build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::UntagResource, region, |engine| {
            engine.untag_resource(input)
        });
        let model = self.reached(&id, region).map(|_| ());
        let done = model.is_ok();
        self.agree(result.map(|_| ()), model);
        if done {
            self.pool_mut(&id).tags.retain(|key, _| !keys.contains(key));
        }
    }

    pub(super) fn list_tags(&mut self, pool: &str) {
        let (region, id, arn) = self.arn(pool);
        let input = ListTagsForResourceInput::builder().resource_arn(arn);
        let input = input.build().unwrap();
        self.doing = format!("{region} {input:?}");
        let result = self.ask(Operation::ListTagsForResource, region, |engine| {
            engine.list_tags_for_resource(input)
        });
        let result = result.map(|output| BTreeMap::from_iter(output.tags.unwrap_or_default()));
        assert!(
            result.as_ref().map_or(0, BTreeMap::len) <= 50,
            "{}",
            self.place()
        );
        let model = self.reached(&id, region).map(|pool| pool.tags.clone());
        self.agree(result, model);
    }
}

pub(super) fn are_allowed(tags: &BTreeMap<String, String>) -> bool {
    tags.len() <= 50 && !tags.contains_key("aws:reserved")
}

fn social(providers: &BTreeSet<&str>) -> HashMap<String, String> {
    let social = [FACEBOOK, GOOGLE]
        .into_iter()
        .filter(|name| providers.contains(name));
    social
        .map(|name| (name.to_owned(), APP.to_owned()))
        .collect()
}

fn user_pools(providers: &BTreeSet<&str>) -> Vec<CognitoIdentityProvider> {
    let user_pool = CognitoIdentityProvider::builder()
        .provider_name(USER_POOL)
        .client_id(APP);
    providers
        .contains(USER_POOL)
        .then(|| user_pool.build())
        .into_iter()
        .collect()
}

fn arns(providers: &BTreeSet<&str>, provider: &str) -> Vec<String> {
    let arn = if provider == OIDC { OIDC_ARN } else { provider };
    providers
        .contains(provider)
        .then(|| arn.to_owned())
        .into_iter()
        .collect()
}
