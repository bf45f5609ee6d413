/**
 * Which pictures may be shown. A few kilobytes can decode to hundreds of megabytes, so a picture is hidden, and with
 * that not decoded, until its size is known; one that is too large, or does not load, is left out.
 */

/** The most pixels of a picture: 2048 × 2048. */
const MOST_PIXELS = 2 ** 22;
/** Peers choose the addresses: only so many are remembered. */
const MOST_KNOWN = 200;

export class Pictures {
  readonly #known = new Map<string, boolean>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Whether the picture at this address may be shown; undefined until it has loaded. */
  fits(source: string): boolean | undefined {
    return this.#known.get(source);
  }

  /** The `load` or `error` event of an `<img>`. */
  readonly note = ({ type, currentTarget }: Event): void => {
    const image = currentTarget as HTMLImageElement;
    const { naturalWidth, naturalHeight } = image;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(image.getAttribute('src') ?? '', type === 'load' && naturalWidth * naturalHeight <= MOST_PIXELS);
    this.#changed();
  };
}
