import { parseAllowList } from './allow-list.js';
import { OutboundRefused } from './outbound-error.js';
import { OutboundHttp } from './outbound-http.js';

describe('an address that is to be called later', () => {
  const refusalOf = (url: string, allowed: string | undefined) => {
    const http = new OutboundHttp(allowed === undefined ? [] : parseAllowList(allowed)!);
    try {
      http.refuseUncallable(url);
      return undefined;
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      return error.reason;
    }
  };

  it.each<[string, string | undefined, string | undefined]>([
    ['https://name.example/', undefined, undefined],
    ['https://192.0.2.1/', undefined, 'address-not-allowed'],
    ['https://8.8.8.8/', undefined, undefined],
    ['http://8.8.8.8/', undefined, 'scheme-not-allowed'],
    ['http://name.example/', undefined, 'scheme-not-allowed'],
    ['http://name.example/', 'name.example', undefined],
    ['http://name.example/', 'other.example', 'scheme-not-allowed'],
    // Where it leads to only a call can tell.
    ['http://name.example/', '10.0.0.0/8', undefined],
    ['http://name.example/', '10.0.0.1:8080', 'scheme-not-allowed'],
    ['https://10.0.0.1/', '10.0.0.0/8', undefined],
    ['https://localhost/', undefined, 'address-not-allowed'],
    ['https://localhost./', undefined, 'address-not-allowed'],
    ['https://a.localhost/', undefined, 'address-not-allowed'],
    ['https://notlocalhost/', undefined, undefined],
    ['http://localhost/', 'localhost', undefined],
    ['http://localhost/', '127.0.0.1', undefined],
    ['https://me@name.example/', undefined, 'userinfo-not-allowed'],
    ['file:///etc/passwd', undefined, 'scheme-not-allowed'],
    ['name.example', undefined, 'invalid-url'],
  ])('%s with %s allowed: %s', (url, allowed, reason) => {
    expect(refusalOf(url, allowed)).toBe(reason);
  });
});
