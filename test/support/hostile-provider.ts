import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** What an answer is made of: JSON, or a response written by hand. */
export type HostileAnswer = object | ((response: ServerResponse) => void);

/**
 * An identity provider that says whatever a test makes it say. It begins honest, and becomes so
 * again with `behave`.
 */
export class HostileProvider {
  static readonly clientId = 'promptd-tests';
  readonly requests: string[] = [];
  private answers: Record<string, HostileAnswer> = {};

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly keys: { readonly privateKey: CryptoKey; readonly publicJwk: JWK },
  ) {
    server.on('request', (request, response) => {
      this.answer(request, response);
    });
    this.behave();
  }

  static async start(): Promise<HostileProvider> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const publicJwk = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid: 'honest' };
    return new HostileProvider(server, `http://127.0.0.1:${port}`, { privateKey, publicJwk });
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      PROMPTD_OIDC_ISSUER: this.issuer,
      PROMPTD_OIDC_CLIENT_ID: HostileProvider.clientId,
    };
  }

  get metadata(): Readonly<Record<string, unknown>> {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  get publicJwk(): JWK {
    return this.keys.publicJwk;
  }

  /** The claims of an honest ID token. */
  claims(nonce: string): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    const { issuer: iss } = this;
    return {
      ...{ iss, sub: 'honest', aud: HostileProvider.clientId, nonce, iat: now, exp: now + 60 },
      preferred_username: 'honest',
    };
  }

  async sign(claims: JWTPayload, header = {}, key = this.keys.privateKey): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'honest', ...header })
      .sign(key);
  }

  say(path: '/metadata' | '/jwks' | '/token' | '/userinfo', answer: HostileAnswer): void {
    this.answers[path] = answer;
  }

  sayIdToken(idToken: string): void {
    this.say('/token', { access_token: 'access', token_type: 'Bearer', id_token: idToken });
  }

  behave(): void {
    this.answers = { '/metadata': this.metadata, '/jwks': { keys: [this.publicJwk] } };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    if (!this.server.listening) return;
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const path = url === '/.well-known/openid-configuration' ? '/metadata' : url;
    this.requests.push(path);
    const answer = this.answers[path];
    if (typeof answer === 'function') answer(response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  }
}
