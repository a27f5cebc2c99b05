/**
 * Keys that say what they are: each has a prefix that its issuer documents, as secret scanners such
 * as gitleaks and GitHub's know them.
 *
 * Whoever writes a text may write it to be slow. So a part is repeated an exact number of times, or it
 * cannot run over what its pattern begins with: then no two attempts read the same text, and a search
 * takes time in the length of the text alone. Hence some begin in the middle and look behind.
 *
 * @type {[string, RegExp][]} what it is, and how it looks
 */
export const secretPatterns = [
  ['an API key of promptd', /\bpdk_[0-9A-Za-z]{32}\b/],
  ['an AWS access key id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{82})/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|ptt)-[\w-]{20}/],
  ['a Slack token', /\bxox[abeoprs]-[0-9A-Za-z-]{10}/],
  ['a Slack webhook address', /hooks\.slack\.com\/(?:services|workflows)\/[\w/+-]{20}/],
  ['a Stripe key', /\b(?:sk|rk)_(?:live|test|prod)_[0-9A-Za-z]{10}/],
  ['an Anthropic key', /\bsk-ant-[a-z]{2,10}\d{2}-[\w-]{20}/],
  ['an OpenAI key', /\bsk-(?:(?!\bsk-)[\w-]){0,108}T3BlbkFJ[\w-]{20}/],
  ['an OpenAI key', /\bsk-(?:proj|svcacct|admin)-[\w-]{40}/],
  ['a Google API key', /\bAIza[\w-]{35}/],
  ['a Google OAuth secret', /\bGOCSPX-[\w-]{28}/],
  ['a Hugging Face token', /\bhf_[A-Za-z]{34}\b/],
  ['an npm token', /\bnpm_[0-9A-Za-z]{36}\b/],
  ['a PyPI token', /\bpypi-AgEIcHlwaS5vcmc[\w-]{50}/],
  ['a SendGrid key', /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ['a Twilio key', /\bSK[0-9a-f]{32}\b/],
  ['a Telegram bot token', /:AA(?<=\b\d{8,10}:AA)[\w-]{33}/],
  ['a private key', /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/],
  ['a JSON Web Token', /\.eyJ(?<=\beyJ[\w-]{10,500}\.eyJ)[\w-]{10,2000}\.[\w-]{20}/],
  [
    'a password in an address',
    /:\/\/(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s:@/]{1,60}:[^\s:@/{}<>$]{3,60}@/i,
  ],
];

/**
 * A value that is called a secret, by a name that may end so: `DB_PASSWORD`, `clientSecret`. It is
 * long, of letters and digits, and as mixed as random characters are. Words that only describe one
 * are not.
 */
const assigned =
  /(?:(?:api|access|secret)[_-]?key|secret|token|password|passwd)["']?\s{0,5}[:=]\s{0,5}["']?([\w+/=.-]{16,200})/gi;

/** @param {string} text */
export function assignedSecretAt(text) {
  for (const found of text.matchAll(assigned)) {
    const value = found[1] ?? '';
    if (/\d/.test(value) && /[A-Za-z]/.test(value) && bitsPerCharacter(value) >= 3.5) {
      return found.index;
    }
  }
  return -1;
}

/**
 * Shannon's entropy of the characters.
 *
 * @param {string} text
 */
function bitsPerCharacter(text) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
