// <script defer src="https://stats.example.org/more.js" data-exclude="/admin/*"></script>
import { makeSkip } from './exclude';
import { collect } from './extras';
import type { Call, Early, Track } from './wire';

const { dataset } = document.currentScript as HTMLScriptElement;

// Before hello.js, calls wait here for it; after it, this is what it left.
const early: Track & Early = (window.ballcone =
  window.ballcone || ((...call: Call) => (early.q = early.q || []).push(call)));

// hello.js takes it over when it runs, so data-exclude stands on a tag before hello.js's.
if (dataset.exclude) early.skip = makeSkip(dataset.exclude);
collect((...call) => window.ballcone!(...call), '404' in dataset);
