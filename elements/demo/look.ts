/** The look of this page and of the phone beside it: dark or light, the direction, the colour of a brand. */
import { inkOn } from './ink.js';

/** The document of the phone follows the one around it. */
export function startLook(phone: () => Document | null | undefined): void {
  const page = document.documentElement;
  const dark = document.querySelector('#dark');
  const rtl = document.querySelector('#rtl');
  const brand = document.querySelector<HTMLInputElement>('#brand');
  if (!dark || !rtl || !brand) return;

  const change = (): void => {
    const other = phone()?.documentElement;
    if (other) wear(other, page);
    dark.setAttribute('aria-pressed', String(isDark()));
    rtl.setAttribute('aria-pressed', String(page.dir === 'rtl'));
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = (): boolean => (page.dataset.scheme ? page.dataset.scheme === 'dark' : system.matches);
  system.addEventListener('change', change);
  dark.addEventListener('click', () => {
    page.dataset.scheme = isDark() ? 'light' : 'dark';
    change();
  });
  rtl.addEventListener('click', () => {
    page.dir = page.dir === 'rtl' ? 'ltr' : 'rtl';
    change();
  });
  brand.addEventListener('input', () => {
    page.style.setProperty('--accent', brand.value);
    page.style.setProperty('--on-accent', inkOn(brand.value));
    change();
  });
  change();
}

/** Gives one page the look of another. */
export function wear(page: HTMLElement, { dir, dataset, style }: HTMLElement): void {
  page.dir = dir;
  if (dataset.scheme) page.dataset.scheme = dataset.scheme;
  page.style.cssText = style.cssText;
}
