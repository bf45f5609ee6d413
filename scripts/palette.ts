/**
 * Measures a list of colours by which people are told apart (docs/PROTOCOL.md, P15), and finds one. Distances are those
 * of Oklab (ΔE_ok); contrasts those of WCAG 2.2; what people see who lack red or green is that of Machado, Oliveira and
 * Fernandes, 2009, in full strength.
 */

/** Red, green and blue, linear, from 0 to 1. */
type Linear = readonly [number, number, number];
type Matrix = readonly [Linear, Linear, Linear];

/** What a list has to reach. */
export const NEEDED = { contrast: 3, ink: 4.5, distance: 0.15, blind: 0.07, chroma: 0.22 };

export interface Figures {
  /** The least contrast of a colour with a white and with a near-black page, and with the better ink on it. */
  readonly onWhite: number;
  readonly onDark: number;
  readonly ink: number;
  /** The smallest distance of two colours, and for those who lack green, and red. */
  readonly distance: number;
  readonly deuteranopia: number;
  readonly protanopia: number;
  /** The greatest chroma: beyond about 0.22 a colour glares. */
  readonly chroma: number;
}

const DEUTERANOPIA: Matrix = [
  [0.367322, 0.860646, -0.227968],
  [0.280085, 0.672501, 0.047413],
  [-0.01182, 0.04294, 0.968881],
];
const PROTANOPIA: Matrix = [
  [0.152286, 1.052583, -0.204868],
  [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
];

export function linear(hex: string): Linear {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

export function contrast(one: Linear, other: Linear): number {
  const [a, b] = [one, other].map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) as [number, number];
  return Math.max(a, b) / Math.min(a, b);
}

/** https://bottosson.github.io/posts/oklab */
function oklab([r, g, b]: Linear): Linear {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seenWith(matrix: Matrix, color: Linear): Linear {
  const row = ([r, g, b]: Linear) => Math.min(1, Math.max(0, r * color[0] + g * color[1] + b * color[2]));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

interface Seen {
  readonly hex: string;
  readonly rgb: Linear;
  readonly normal: Linear;
  readonly deuteranopia: Linear;
  readonly protanopia: Linear;
  readonly chroma: number;
}

function see(hex: string): Seen {
  const rgb = linear(hex);
  const normal = oklab(rgb);
  const deuteranopia = oklab(seenWith(DEUTERANOPIA, rgb));
  const protanopia = oklab(seenWith(PROTANOPIA, rgb));
  return { hex, rgb, normal, deuteranopia, protanopia, chroma: Math.hypot(normal[1], normal[2]) };
}

const distance = (one: Linear, other: Linear) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);

const [WHITE, BLACK, DARK] = [linear('#ffffff'), linear('#000000'), linear('#121212')];
const inkOn = (rgb: Linear) => Math.max(contrast(rgb, WHITE), contrast(rgb, BLACK));

/** Of a list of at least two colours, each as `#rrggbb`. */
export function measure(colors: readonly string[]): Figures {
  const seen = colors.map(see);
  const least = (of: (one: Seen) => number) => Math.min(...seen.map(of));
  const apart = (of: (one: Seen) => Linear) =>
    Math.min(...seen.flatMap((one, i) => seen.slice(i + 1).map((other) => distance(of(one), of(other)))));
  return {
    onWhite: least(({ rgb }) => contrast(rgb, WHITE)),
    onDark: least(({ rgb }) => contrast(rgb, DARK)),
    ink: least(({ rgb }) => inkOn(rgb)),
    distance: apart(({ normal }) => normal),
    deuteranopia: apart((one) => one.deuteranopia),
    protanopia: apart((one) => one.protanopia),
    chroma: Math.max(...seen.map(({ chroma }) => chroma)),
  };
}

/** How far two colours are apart, where 1 is what is needed. */
const margin = (one: Seen, other: Seen) =>
  Math.min(
    distance(one.normal, other.normal) / NEEDED.distance,
    distance(one.deuteranopia, other.deuteranopia) / NEEDED.blind,
    distance(one.protanopia, other.protanopia) / NEEDED.blind,
  );

/**
 * The best list of `count` colours that so many cooling runs find. `random` gives numbers from 0 up to 1. A run takes
 * about two seconds.
 */
export function search(count: number, runs: number, random: () => number): string[] {
  const pool = candidates();
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  let best: Seen[] = [];
  let most = 0;
  for (let run = 0; run < runs; run++) {
    const list = Array.from({ length: count }, () => pick(pool));
    /** What a colour at this place costs: the nearer it is to another one, the more. */
    const cost = (color: Seen, at: number) =>
      list.reduce((sum, other, i) => sum + (i === at ? 0 : Math.exp(-30 * (margin(color, other) - 1))), 0);
    for (let heat = 1; heat > 1e-5; heat *= 0.99992) {
      const at = Math.floor(random() * count);
      const color = pick(pool);
      const more = cost(color, at) - cost(list[at] as Seen, at);
      if (more < 0 || random() < Math.exp(-more / heat)) list[at] = color;
    }
    const least = Math.min(...list.flatMap((one, i) => list.slice(i + 1).map((other) => margin(one, other))));
    if (least > most) [most, best] = [least, list];
  }
  return best.map(({ hex }) => hex);
}

/** Colours that are visible on any page and do not glare, in steps of four. */
function candidates(): Seen[] {
  const steps = Array.from({ length: 64 }, (_, i) => (4 * i).toString(16).padStart(2, '0'));
  const all = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
  return all
    .map(see)
    .filter(
      ({ rgb, chroma }) =>
        contrast(rgb, WHITE) > NEEDED.contrast && contrast(rgb, DARK) > NEEDED.contrast && chroma < NEEDED.chroma,
    );
}
