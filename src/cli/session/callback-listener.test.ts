import { CliError } from '../cli-error.js';
import { CallbackListener } from './callback-listener.js';

describe('the listener for the answer of an identity provider', () => {
  let listener: CallbackListener;
  beforeEach(async () => {
    listener = await CallbackListener.open();
  });
  afterEach(() => {
    listener.close();
  });

  const send = (path: string, init?: RequestInit) =>
    fetch(new URL(path, listener.redirectUri), init);

  it('is reached on this machine alone, under the path that every server allows', () => {
    expect(listener.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  });

  it('answers with the whole query, as the browser brought it', async () => {
    const answer = listener.answer('right', 5000);

    const page = await send('/callback?code=a%2Fb?c&state=right&iss=x');

    expect(await answer).toBe(`${listener.redirectUri}?code=a%2Fb?c&state=right&iss=x`);
    expect(page.status).toBe(200);
    expect(page.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(await page.text()).not.toContain('a%2Fb');
  });

  it('goes on waiting after a request that is not the answer', async () => {
    const answer = listener.answer('right', 5000);

    const strays = await Promise.all([
      send('/callback'),
      send('/callback?code=x'),
      send('/callback?code=x&state=wrong'),
      send('/callback?code=x&state=wrong&state=right'),
      send('/callback/?code=x&state=right'),
      send('/favicon.ico?state=right'),
      send('/callback?code=x&state=right', { method: 'POST' }),
    ]);
    await send('/callback?code=y&state=right');

    expect(strays.map(({ status }) => status)).toEqual(Array(7).fill(404));
    expect(await answer).toBe(`${listener.redirectUri}?code=y&state=right`);
  });

  it('stops waiting in the end', async () => {
    await expect(listener.answer('right', 1)).rejects.toThrow(CliError);
  });
});
