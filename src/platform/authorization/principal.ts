export const verbs = ['read', 'publish', 'label', 'tag', 'yank'] as const;
/** What an API key may do; a key holds no role. */
export type Verb = (typeof verbs)[number];

export const roles = ['viewer', 'developer', 'admin'] as const;
/** Held by a user in one project. */
export type Role = (typeof roles)[number];

export interface UserPrincipal {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  readonly sessionId: string;
  readonly instanceAdmin: boolean;
  readonly mustChangePassword: boolean;
}

export interface KeyPrincipal {
  readonly kind: 'key';
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly verbs: readonly Verb[];
  /** `*`, an exact prompt name, or `prefix/*` at any depth. */
  readonly prompts: readonly string[];
  /** Labels it may move; `*` means every label. */
  readonly labels: readonly string[];
}

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

/** The program itself: the first start, jobs. Never made from a request. */
export interface SystemPrincipal {
  readonly kind: 'system';
  readonly name: string;
}

/** Whoever acts. */
export type Principal = UserPrincipal | KeyPrincipal | AnonymousPrincipal | SystemPrincipal;

/** A principal as it is written down beside what it did: as it was then. */
export interface Actor {
  readonly kind: Principal['kind'];
  readonly id: string | null;
  readonly name: string;
}

export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'anonymous', id: null, name: 'anonymous' };
    case 'system':
      return { kind: 'system', id: null, name: principal.name };
    case 'user':
    case 'key':
      return { kind: principal.kind, id: principal.id, name: principal.name };
  }
}
