// Share links as the server tells of them, and the code that embeds one. Pure.

// GET /share/{token}/api/v1/share
export interface SharedService {
  is_locked: boolean;
  service?: string; // where it is not locked
  name?: string;
}

// GET and POST /api/v1/shares
export interface Share {
  id: number;
  service: string;
  name: string;
  has_password: boolean;
  embed_on: string[]; // "*": everywhere
  created: string;
  until: string | null;
  has_ended: boolean;
}
export interface Shares {
  shares: Share[];
  made?: { id: number; path: string };
}

export const kUntils = ['never', '7d', '30d', '90d', '365d'] as const;
export type Until = (typeof kUntils)[number];

// "https://a.example, https://b.example" → the two
export const originsOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((origin) => origin.replace(/\/$/, ''))
    .filter((origin) => origin !== '');

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

// A frame has no height of its own: most of a page is to be seen without a second scroll bar.
export const snippetOf = (link: string, title: string): string =>
  `<iframe src="${escaped(link)}?embed=1" title="${escaped(title)}" loading="lazy" style="width: 100%; height: 1600px; border: 0"></iframe>`;
