const maxPages = 20;

/**
 * What a person does in a browser: opens the address, signs in with the name, agrees to everything,
 * and is sent back.
 *
 * @returns the URL of the callback, which is not called
 * @throws Error with the page when the provider shows neither a form nor the way back
 */
export async function signInAt(authorizationUrl: string, name: string): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const browser = new Browser();
  let page = await browser.open(authorizationUrl);
  for (let pages = 0; pages < maxPages; pages += 1) {
    if (new URL(page.url).origin !== origin) return page.url;
    const form = /<form[^>]*action="([^"]+)"[^>]*>\s*<input[^>]*value="(\w+)"/.exec(page.text);
    if (!form) throw new Error(`the provider shows no form at ${page.url}: ${page.text}`);
    const [, action = '', prompt = ''] = form;
    page = await browser.send(action, { prompt, login: name, password: 'any' });
  }
  throw new Error(`the provider asks for more than ${maxPages} pages`);
}

interface Page {
  readonly url: string;
  readonly text: string;
}

/** Keeps cookies and follows redirects, as long as they stay with one origin. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async open(url: string, form: Pick<RequestInit, 'method' | 'body'> = {}): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...form, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    const location = response.headers.get('Location');
    const text = await response.text();
    if (location === null) return { url, text };
    const next = new URL(location, url);
    const leaves = next.origin !== new URL(url).origin;
    return leaves ? { url: next.href, text: '' } : this.open(next.href);
  }

  async send(url: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.open(url, { method: 'POST', body: new URLSearchParams(fields) });
  }
}
