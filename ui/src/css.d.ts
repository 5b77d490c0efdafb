// esbuild gathers imported style sheets into one file; TypeScript only has to let them pass.
declare module '*.css';
