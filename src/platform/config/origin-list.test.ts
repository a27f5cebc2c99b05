import { originList } from './setting.js';

it('takes origins as browsers send them', () => {
  const text = 'https://app.example.com, http://localhost:5173,https://xn--bcher-kva.example';
  expect(originList(text)).toEqual({
    ok: true,
    value: ['https://app.example.com', 'http://localhost:5173', 'https://xn--bcher-kva.example'],
  });
});

it.each([
  '*',
  'https://*.example.com',
  'null',
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/path',
  'https://app.example.com:443',
  'https://APP.example.com',
  'https://user@app.example.com',
  'file:///etc/passwd',
  'https://app.example.com,',
])('refuses %s, which no browser would send or which is no single origin', (text) => {
  expect(originList(text)).toMatchObject({ ok: false });
});
