import { AppError } from '#kernel/errors.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createOidcProvider } from '#connectors/oidc/index.ts';
import { createSamlProvider } from '#connectors/saml/index.ts';
import { parseRoleMap, type AccessDeps } from '#modules/access/index.ts';
import type { People } from '#modules/people/index.ts';
import type { IdentityProvider } from '#ports/identity-provider.ts';
import type { AppConfig } from './config.ts';

/** How people sign in, from the settings; nothing where no provider is configured. AppError invalid when settings are missing. */
export function createSignInConfig(
  config: AppConfig,
  people: People,
  watched: (provider: IdentityProvider) => IdentityProvider,
): Pick<AccessDeps, 'signIn'> {
  const providers = [oidcOf(config), samlOf(config)].filter((provider) => provider !== null).map(watched);
  if (providers.length === 0) return {};
  if (config.publicUrl === null)
    throw missing('Signing in through an identity provider needs public_url.', 'It is the address that browsers are sent back to.');
  const roles = parseRoleMap(config.loginRoles);
  if (roles === null) throw missing('login_roles holds a line that is not group=role.', 'Roles are viewer, developer, maintainer, manager, admin.');
  return { signIn: { providers, publicUrl: config.publicUrl, roles, unknownPeople: config.loginUnknownPeople, people } };
}

function oidcOf(config: AppConfig): IdentityProvider | null {
  if (config.oidcIssuer === null) return null;
  if (config.oidcClientId === null) throw missing('oidc_issuer is set and oidc_client_id is not.', 'Register a client at the provider.');
  return createOidcProvider({
    issuer: config.oidcIssuer,
    clientId: config.oidcClientId,
    clientSecret: config.oidcClientSecret,
    roleClaim: config.loginRoleClaim,
    fetch: createGuardedFetch({ allowPrivateHosts: config.allowPrivateHosts }),
  });
}

function samlOf(config: AppConfig): IdentityProvider | null {
  if (!config.samlEnabled) return null;
  const { samlEntryPoint: entryPoint, samlIdpIssuer: idpIssuer, samlCertificate: certificate } = config;
  if (entryPoint === null || idpIssuer === null || certificate === null)
    throw missing('saml_enabled needs saml_entry_point, saml_idp_issuer and saml_certificate.', 'They are in the metadata of the provider.');
  const entityId = config.samlEntityId ?? config.publicUrl ?? '';
  return createSamlProvider({ entryPoint, idpIssuer, certificate, entityId, roleAttribute: config.loginRoleClaim });
}

const missing = (message: string, hint: string): AppError => new AppError('invalid', message, { code: 'sign_in_settings', hint });
