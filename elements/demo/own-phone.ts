/** The way to this page for one's own phone: a code to point its camera at, or what is in the way. */
import type { Servers } from './servers.js';

/** Addresses that only this computer understands. */
const HERE = /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/;

export async function startOwnPhone({ servers, network }: Servers): Promise<void> {
  const code = document.querySelector('#code-of-page');
  const words = document.querySelector('#own-phone-words');
  if (!code || !words) return;
  const isHere = (url: string) => HERE.test(new URL(url, location.href).hostname);
  if (isHere(location.href) || servers.every(isHere)) {
    const command = Object.assign(document.createElement('code'), {
      textContent: `HOST=${network ?? '192.168.…'} npm start`,
    });
    const where = network ? 'the address of this computer in its network' : 'the address that this computer has there';
    words.replaceChildren(
      'Now only this computer can open the page: it and its server listen on localhost. ',
      'To let phones in, start it with ',
      `${where}: `,
      command,
      '. Then everyone in that network can come in.',
    );
    return;
  }
  const { renderSVG } = await import('uqr');
  code.innerHTML = renderSVG(location.href, { ecc: 'M', border: 2 });
  code.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  const link = Object.assign(document.createElement('a'), { href: location.href, textContent: location.host });
  words.replaceChildren('Point your phone’s camera at this, in the same network. Or type ', link, '.');
}
