/** The words of `<slate-fields>`, in English. They are apart because few pages have that element. */
export const fieldWords = {
  /** `{n}` is the number of people in `{names}`, here and in the next one. */
  'field.in': { one: '{names} is editing {field}.', other: '{names} are editing {field}.' },
  /** Of people who are in the field to which one goes. */
  'field.here': { one: '{names} is editing this field, too.', other: '{names} are editing this field, too.' },
  /** In place of who and where. */
  'field.count': { one: '{n} person is editing a field.', other: '{n} people are editing fields.' },
  /** Of one without a name. */
  'field.unnamed': 'a field',
} as const;

export type FieldWord = keyof typeof fieldWords;
