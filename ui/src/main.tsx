// Starts the page.
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import '../style/index.css';
import './theme';
import { App } from './app';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
