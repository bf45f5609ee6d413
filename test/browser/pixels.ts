/** What is really painted: the pixels of an element, as the browser shows it with everything above it. */
import { page } from 'vitest/browser';
import { luminance } from './support.js';

export interface Pixels {
  /** Red, green and blue at a point of the window; the edge of the element beyond it. */
  at(x: number, y: number): readonly [number, number, number];
}

export async function pixelsOf(element: Element): Promise<Pixels> {
  const { left, top, width, height } = element.getBoundingClientRect();
  const base64 = await page.screenshot({ element, save: false, base64: true });
  const data = typeof base64 === 'string' ? base64 : (base64 as { base64: string }).base64;
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(image, 0, 0);
  const painted = context.getImageData(0, 0, image.width, image.height);
  const [scaleX, scaleY] = [image.width / width, image.height / height];
  return {
    at(x, y) {
      const column = Math.min(image.width - 1, Math.max(0, Math.floor((x - left) * scaleX)));
      const row = Math.min(image.height - 1, Math.max(0, Math.floor((y - top) * scaleY)));
      const at = 4 * (row * image.width + column);
      const [r = 0, g = 0, b = 0] = painted.data.slice(at, at + 3);
      return [r, g, b];
    },
  };
}

/** The contrast of two colours of pixels, 1 to 21. */
export function contrastOf(one: readonly number[], other: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The best contrast on the way from outside over the upper edge of a box, in its middle. */
export function edge(pixels: Pixels, box: Element, background: readonly number[]): number {
  const { left, top, width } = box.getBoundingClientRect();
  const way = [-5, -4, -3, -2, -1, 0, 1].map((y) => pixels.at(left + width / 2, top + y));
  return Math.max(...way.map((pixel) => contrastOf(pixel, background)));
}
