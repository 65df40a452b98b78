/**
 * What opens a page in a browser on this machine: the program that BROWSER names, else the desktop's own. Undefined: there is no desktop here, or
 * it is another machine's (ssh), where a page would open before nobody's eyes or a browser of text would take the terminal.
 */
export function browserOf(env: Readonly<Record<string, string | undefined>>, platform: string): readonly string[] | undefined {
  const named = env['BROWSER'];
  if (named !== undefined && named !== '') return [named];
  if (env['SSH_CONNECTION'] !== undefined) return undefined;
  if (platform === 'darwin') return ['open'];
  const hasDesktop = (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
  return platform === 'linux' && hasDesktop ? ['xdg-open'] : undefined;
}
