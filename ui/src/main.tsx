// Starts the page.
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import '../style/index.css';
import './theme';
import { App } from './app';
import { locked } from './door';
import { LoginPage } from './pages/login';
import { isShared } from './route';
import { SharedApp } from './shared_app';

// Whoever has to log in does so in the place of the page, which is then there.
function Root() {
  if (locked.value) return <LoginPage />;
  return isShared ? <SharedApp /> : <App />;
}

const root = document.getElementById('app');
if (root !== null) render(<Root />, root);
