// <script defer src="https://stats.example.org/hello.js" data-service="shop"></script>
import { start } from './core';

window.ballcone = start(window.ballcone || {}, document.currentScript as HTMLScriptElement);
