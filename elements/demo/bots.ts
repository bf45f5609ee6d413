/** Sessions that no person sits at say so in their id, so that nobody counts them as company. */
const PREFIX = 'bot-';

export const botId = (random: () => number): string => `${PREFIX}${random().toString(36).slice(2, 10)}`;

export const isBot = (userId: string): boolean => userId.startsWith(PREFIX);
