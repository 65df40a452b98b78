import { expect, it } from 'vitest';
import { browserOf } from './browser.ts';

it('a page opens in the browser that is named, or on the desktop that there is, and nowhere else', () => {
  expect(browserOf({ BROWSER: '/opt/firefox', SSH_CONNECTION: '1' }, 'linux')).toEqual(['/opt/firefox']);
  expect(browserOf({ DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open']);
  expect(browserOf({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toEqual(['xdg-open']);
  expect(browserOf({}, 'darwin')).toEqual(['open']);
  expect(browserOf({ DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'linux')).toBeUndefined();
  expect(browserOf({ DISPLAY: '', BROWSER: '' }, 'linux')).toBeUndefined();
  expect(browserOf({ DISPLAY: ':0' }, 'win32')).toBeUndefined();
});
