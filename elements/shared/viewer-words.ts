/**
 * The words of following, talking, the card and the list of people, in English, as english.ts has those of rooms. They
 * are apart because they are loaded with the viewer.
 */
export const viewerWords = {
  view: 'What you see of others',
  hideAll: 'Hide all pointers',
  hideNames: 'Hide names',
  onlyFollowed: 'Only people you follow',
  fadeNear: 'Fade pointers near yours',
  gather: 'Ask everyone to come to you',
  amongFollowed: 'One of those you follow',
  follow: 'Follow {name}',
  following: 'You follow {name}',
  followYou: { one: '{names} follows you', other: '{names} follow you' },
  /** In place of more than three names. */
  followers: { one: '{n} person follows you', other: '{n} people follow you' },
  noFollowers: 'Nobody follows you any more',
  followBar: 'Following',
  stop: 'Stop',
  asks: '{name} asks everyone to come along',
  /** Spoken, with the key that goes to the answers. */
  asksKey: '{name} asks everyone to come along. Press {key} to answer.',
  come: 'Come along',
  notNow: 'Not now',
  say: 'Say something',
  /** In place of what others said. */
  saidCount: { one: '{n} saying', other: '{n} sayings' },
  react: 'React with {emoji}',
  /** The heading of the list. */
  peopleCount: { one: '{n} person here', other: '{n} people here' },
  /** Says that one does not see the pointer of a person, nor what they say. */
  mute: 'Mute {name}',
  muteMeans: 'Hides their pointer and what they say',
  ownName: 'Your name',
  pause: 'Pause my pointer',
  pauseMeans: 'Others do not see it',
  appearAway: 'Appear away',
  /** Opens the emoji, where one can say nothing. */
  reactAny: 'React',
  settings: 'Settings',
  /** What screen readers say of others by themselves. */
  announcing: 'Announcements for screen readers',
  'announcing.all': 'Everything',
  'announcing.counts': 'Only numbers',
  'announcing.none': 'Nothing',
  chatKey: 'Key that opens the chat',
  barKey: 'Key that goes to questions',
  'key.none': 'off',
  'key.change': 'Change',
  'key.press': 'Press a key',
  'key.off': 'Turn off',
} as const;

export type ViewerWord = keyof typeof viewerWords;
