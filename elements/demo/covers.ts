/** The covers that people point at and vote for, as the page names them. */
export interface Cover {
  readonly id: string;
  /** The `data-slate-anchor` of its figure. */
  readonly anchor: string;
  /** As people read it. */
  readonly place: string;
}

export const covers: readonly Cover[] = [
  { id: 'dawn', anchor: 'cover-dawn', place: 'Dawn' },
  { id: 'noon', anchor: 'cover-noon', place: 'Noon' },
  { id: 'night', anchor: 'cover-night', place: 'Night' },
];
