import request from 'supertest';
import type { FreshApplication } from './fresh-application.js';
import { signInAt } from './provider-browser.js';

/** Where the CLI would listen; nobody does, because the browser of the tests does not call it. */
export const cliCallback = 'http://127.0.0.1:49152/callback';

export interface OidcSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string; readonly username: string };
}

/** A program that signs its user in with the identity provider, step by step or at once. */
export class OidcClient {
  constructor(private readonly app: FreshApplication) {}

  authorize(redirectUri = cliCallback) {
    return request(this.app.http).post('/v1/auth/oidc/authorize').send({ redirectUri });
  }

  redeem(flow: string, callbackUrl: string) {
    return request(this.app.http).post('/v1/auth/oidc/token').send({ flow, callbackUrl });
  }

  /** A sign-in up to where the provider has sent the user back. */
  async begin(subject: string, redirectUri = cliCallback) {
    const { body } = await this.authorize(redirectUri).expect(200);
    const { authorizationUrl, flow } = body as { authorizationUrl: string; flow: string };
    return { flow, callbackUrl: await signInAt(authorizationUrl, subject) };
  }

  async signIn(subject: string, redirectUri = cliCallback): Promise<OidcSession> {
    const { flow, callbackUrl } = await this.begin(subject, redirectUri);
    const { body } = await this.redeem(flow, callbackUrl).expect(200);
    return body as OidcSession;
  }
}
