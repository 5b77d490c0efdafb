// Made by ui/world_map.mjs while the page is built.
declare module 'world-map' {
  export const width: number;
  export const height: number;
  export const shapes: Record<string, string>; // SVG paths by ISO 3166-1 code
}
