import { isUsername } from '../users/username.js';
import type { Profile } from './profile.js';

/** Leaves room for what is appended when the name is taken. */
const maxWishedLength = 48;

/**
 * The username that the profile asks for, by its preferred username or else by its e-mail address,
 * made to fit the rules for usernames; undefined when nothing is left of either.
 */
export function wishedUsername({
  preferredUsername,
  email,
}: Pick<Profile, 'preferredUsername' | 'email'>): string | undefined {
  return [preferredUsername, email].map((text) => fitted(text ?? '')).find(isUsername);
}

/** Providers may write `zoe@example.org` or `Zoë Smith`: `zoe` and `zoe-smith` are meant. */
function fitted(text: string): string {
  const [name = ''] = text.slice(0, 256).split('@');
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .slice(0, maxWishedLength)
    .replace(/^[._-]+|[._-]+$/g, '');
}
